-- Every table, view, index and full-text table of the knowledge base; the one place for DDL.
--
-- The database is derived: `kb rebuild` makes it again from the archived originals, so a change here needs no migration, only a new
-- number in `user_version`. Rows are written by kb/database.py alone. Positions: `start`/`end` are character offsets into sources.text (or
-- where a row names a page, within it all the same), `page` is 1-based, `line` is 1-based and null where the source has no lines (PDF).
-- Dates are ISO text, as precise as the words were: 2015-06-16, 2018-06 or 2019.

PRAGMA user_version = 23;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,   -- application, created, program, metadata (hash of the rules that parsed), registry (that gave forums), analyzer, lexicon (that the words of the index were analysed with, "" for none), vocabulary (what was learned), overrides (corrections that were read with), search (words of metadata/search.yaml), links (stale until `finish` has joined the papers)
    value TEXT NOT NULL
) STRICT;

-- ── what was read ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE sources (
    id       INTEGER PRIMARY KEY,
    path     TEXT NOT NULL,          -- relative to the folder given to `kb ingest`; what staff see
    origin   TEXT NOT NULL UNIQUE,   -- absolute path at ingest; says which source a changed file replaces
    sha256   TEXT NOT NULL UNIQUE,   -- of the bytes: the identity, and the name in the archive
    size     INTEGER NOT NULL,
    format   TEXT NOT NULL,          -- txt, pdf, docx, odt, html, eml, md
    encoding TEXT,
    properties TEXT,                 -- what a PDF says of itself: title, author, day of making; less sure than any word in it
    container TEXT,                  -- absolute path of the zip file or mail it came out of; null for a file that lies open
    listed   TEXT,                   -- JSON: what the list given with --manifest stated of it, as it was written; null where none did
    language TEXT,                   -- what damaged text was read again with (lexicon and vocabulary); null where nothing was damaged
    text     TEXT NOT NULL           -- as read; every span points into it
) STRICT;

CREATE TABLE pages (
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    end       INTEGER NOT NULL,
    words     INTEGER NOT NULL DEFAULT 0,
    label     TEXT,                      -- its number in print, where the file says that it is another ("iv")
    damaged   REAL NOT NULL DEFAULT 0,   -- how many of the words were likely read wrong
    unsure    REAL NOT NULL DEFAULT 0,   -- how many likely still are, after repair
    PRIMARY KEY (source_id, number)
) STRICT;

CREATE TABLE vocabulary (            -- what the base's own clean papers teach OCR repair, packed
    name TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE documents (
    id           TEXT PRIMARY KEY,   -- first ten hex digits of the source's hash, hyphen, position: survives a rebuild
    source_id    INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    position     INTEGER NOT NULL,   -- 1-based within the source
    kind         TEXT NOT NULL,      -- name in metadata/document_types.yaml
    title        TEXT NOT NULL,
    date         TEXT,
    date_end     TEXT,
    forum        TEXT REFERENCES forums,
    addressed_to TEXT,
    dnr_key      TEXT REFERENCES diary_numbers,
    author       TEXT,
    unit         TEXT,
    damaged      INTEGER NOT NULL CHECK (damaged IN (0, 1)),
    stated       TEXT,               -- the municipality, region or association whose paper it says it is
    organisation TEXT,               -- derived: the same in its usual spelling; where the paper does not say, what its folder says
    paper_number TEXT,               -- its own in a series of papers: 2024 nr 72
    listed       TEXT,               -- which of the above the list stated and not the paper: forum, datum, diarienummer, typ, titel
    digest       TEXT NOT NULL DEFAULT '',   -- of its words: equal for the same paper in two sources; "" for one of few words
    same_as      TEXT REFERENCES documents ON DELETE SET NULL,   -- derived: the document with the same words that counts
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL,
    first_line   INTEGER,
    last_line    INTEGER,
    first_page   INTEGER NOT NULL,
    last_page    INTEGER NOT NULL,
    UNIQUE (source_id, position)
) STRICT;
CREATE INDEX documents_date ON documents (date DESC, id);   -- in the order of lists, the newest first
CREATE INDEX documents_ends ON documents (date_end) WHERE date_end IS NOT NULL;
CREATE INDEX documents_forum ON documents (forum, date);
CREATE INDEX documents_addressed ON documents (addressed_to) WHERE addressed_to IS NOT NULL;
CREATE INDEX documents_kind ON documents (kind);
CREATE INDEX documents_dnr ON documents (dnr_key) WHERE dnr_key IS NOT NULL;
CREATE INDEX documents_same ON documents (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX documents_organisation ON documents (organisation);
CREATE INDEX documents_digest ON documents (digest);
CREATE INDEX documents_paper ON documents (paper_number) WHERE paper_number IS NOT NULL;

CREATE TABLE passages (              -- the unit of full-text search
    id            INTEGER PRIMARY KEY,
    document_id   TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    page          INTEGER NOT NULL,
    line          INTEGER,
    last_line     INTEGER,
    start         INTEGER NOT NULL,
    end           INTEGER NOT NULL,
    text          TEXT NOT NULL,     -- as people read it: cleaned and repaired
    text_original TEXT,              -- as it stood, where that differs
    read_again    TEXT               -- numbers of its words that were repaired ("3~"), or may be other ones ("17=råd|rad"); null in whole text
) STRICT;
CREATE INDEX passages_document ON passages (document_id, position, start, end);

-- å, ä and ö are letters of their own: remove_diacritics 0. What each column holds is worked out in kb/search/index.py, once for each word:
-- lemma: one key a word, in order; parts: keys of the parts of compounds; ocr: keys of words that were read again, or may have been something else.
-- A row is written and taken away by kb/search/index.py alone; the view is what the index is compared with (kb check registers its function).
-- The id of a passage tells its class (id / 1000000000: 0 a decision, 1 a §, 2 any other), so that the index lists the best first.
CREATE VIEW passages_indexed AS
SELECT id, text, kb_indexed('lemma', text, read_again) AS lemma, kb_indexed('parts', text, read_again) AS parts,
       kb_indexed('ocr', text, read_again) AS ocr
FROM passages;

CREATE VIRTUAL TABLE passages_fts USING fts5 (
    text, lemma, parts, ocr, content="passages_indexed", content_rowid="id", tokenize="unicode61 remove_diacritics 0", prefix='3'
);

CREATE TABLE terms (                 -- one row a distinct word, in small letters
    word     TEXT PRIMARY KEY,
    passages INTEGER NOT NULL,       -- how many passages have it
    clean    INTEGER NOT NULL,       -- how many of them in documents that are not damaged
    readings INTEGER NOT NULL,       -- how many passages may have it, by another reading of a damaged word
    records  INTEGER NOT NULL,
    lemma    TEXT NOT NULL,          -- the key its forms share
    parts    TEXT NOT NULL,          -- keys of the parts of a compound
    folded   TEXT NOT NULL           -- without rings, dots and accents
) STRICT, WITHOUT ROWID;
CREATE INDEX terms_lemma ON terms (lemma);
CREATE INDEX terms_folded ON terms (folded);

CREATE TABLE records (               -- what a search over all kinds finds besides passages; derived by `finish`, one row a thing
    id          INTEGER PRIMARY KEY, -- id / 1000000000: 0 decision, 1 paragraph, 2 case, 3 forum, 4 assignment, 5 agreement, 6 document
    kind        TEXT NOT NULL,
    ref         TEXT NOT NULL,       -- what its address ends in: an id, a diary number, a slug
    document_id TEXT,                -- no REFERENCES: a row must leave the index before it goes, which `finish` sees to
    page        INTEGER,
    line        INTEGER,
    start       INTEGER,
    end         INTEGER,
    date        TEXT,
    date_end    TEXT,
    forum       TEXT,
    dnr_key     TEXT,
    title       TEXT NOT NULL,
    text        TEXT NOT NULL,
    read_again  TEXT                 -- as in passages: numbers of the words of title and text; null where none was read again
) STRICT;
CREATE INDEX records_ref ON records (kind, ref);
CREATE INDEX records_document ON records (document_id);
CREATE INDEX records_forum ON records (forum);
CREATE INDEX records_date ON records (date);
CREATE INDEX records_ends ON records (date_end) WHERE date_end IS NOT NULL;
CREATE INDEX records_newest ON records (id / 1000000000, date DESC, document_id, start);   -- a class in the order of a list, the newest first

CREATE VIEW records_indexed AS
SELECT id, title || char(10) || text AS text, kb_indexed('lemma', title || char(10) || text, read_again) AS lemma,
       kb_indexed('parts', title || char(10) || text, read_again) AS parts, kb_indexed('ocr', title || char(10) || text, read_again) AS ocr
FROM records;

CREATE VIRTUAL TABLE records_fts USING fts5 (
    text, lemma, parts, ocr, content="records_indexed", content_rowid="id", tokenize="unicode61 remove_diacritics 0", prefix='3'
);

CREATE TABLE corrections (           -- words read again by OCR repair; the text keeps what stood there
    id          INTEGER PRIMARY KEY,
    source_id   INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    document_id TEXT REFERENCES documents ON DELETE CASCADE,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    original    TEXT NOT NULL,
    corrected   TEXT NOT NULL,
    confidence  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    kind        TEXT NOT NULL,
    reason      TEXT                 -- why, where a person has decided it
) STRICT;
CREATE INDEX corrections_document ON corrections (document_id, start);
CREATE INDEX corrections_source ON corrections (source_id);

-- ── cases and forums ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE diary_numbers (         -- one row a case
    key          TEXT PRIMARY KEY,   -- its number; where several organisations have a case of that number, with whose it is behind "@"
    dnr          TEXT NOT NULL,      -- canonical spelling, chosen among those met (own before reference, then the most used)
    register     TEXT NOT NULL,      -- "" where the municipality writes none
    year         INTEGER NOT NULL,
    serial       INTEGER NOT NULL,
    organisation TEXT,               -- derived: whose it is, where several cases have the number, "" for what does not say; null where one case has
    number       TEXT NOT NULL AS (substr(key, 1, instr(key || '@', '@') - 1))   -- register-year-serial, no padding: equal for all spellings
) STRICT;
CREATE INDEX diary_numbers_number ON diary_numbers (number);
CREATE INDEX diary_numbers_shared ON diary_numbers (organisation) WHERE organisation IS NOT NULL;
CREATE INDEX diary_numbers_serial ON diary_numbers (serial, year);
CREATE INDEX diary_numbers_dnr ON diary_numbers (dnr);
CREATE INDEX diary_numbers_register ON diary_numbers (register);

CREATE TABLE dnr_mentions (          -- every spelling where it stands
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL REFERENCES diary_numbers,
    canonical   TEXT NOT NULL,       -- this spelling, put in the form its pattern gives
    spelling    TEXT NOT NULL,       -- as written
    sub         TEXT,                -- number of the paper within the case
    role        TEXT NOT NULL CHECK (role IN ('own', 'reference')),
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    copied      INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1)),   -- derived: 1: the words of another row, which mean or may mean this case too
    unsure      INTEGER NOT NULL DEFAULT 0 CHECK (unsure IN (0, 1))    -- derived: 1: the words do not say which of the cases with the number
) STRICT;
CREATE INDEX dnr_mentions_key ON dnr_mentions (key);
CREATE INDEX dnr_mentions_document ON dnr_mentions (document_id);

CREATE TABLE forums (
    name         TEXT PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    abbreviation TEXT,
    kind         TEXT,               -- political, officials, joint
    level        TEXT,               -- region, municipality, joint, county
    purpose      TEXT,
    members      TEXT,
    meets        TEXT,
    first_year   INTEGER,
    last_year    INTEGER,
    registered   INTEGER NOT NULL CHECK (registered IN (0, 1))   -- 1: in metadata/forums.yaml; 0: met in a document only
) STRICT;

CREATE TABLE forum_aliases (
    forum TEXT NOT NULL REFERENCES forums ON DELETE CASCADE,
    alias TEXT NOT NULL,             -- of the registry; of a body outside it another spelling, which `finish` finds (kb/naming.py)
    PRIMARY KEY (forum, alias)
) STRICT;

CREATE TABLE forum_relations (
    forum    TEXT NOT NULL REFERENCES forums ON DELETE CASCADE,
    relation TEXT NOT NULL CHECK (relation IN ('parent', 'predecessor', 'prepares_for')),
    other    TEXT NOT NULL REFERENCES forums ON DELETE CASCADE,
    PRIMARY KEY (forum, relation, other)
) STRICT;

CREATE TABLE forum_areas (           -- what a forum works with, told from its name and purpose (metadata/areas.yaml)
    forum    TEXT NOT NULL REFERENCES forums ON DELETE CASCADE,
    area     TEXT NOT NULL,
    slug     TEXT NOT NULL,
    position INTEGER NOT NULL,       -- in which order people see the areas
    PRIMARY KEY (forum, area)
) STRICT;

CREATE TABLE glossary (              -- words that a newcomer has explained (metadata/glossary.yaml)
    term        TEXT PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    position    INTEGER NOT NULL,
    pattern     TEXT NOT NULL,       -- finds the word and its forms in folded text
    explanation TEXT NOT NULL
) STRICT;

CREATE TABLE forum_mentions (
    id          INTEGER PRIMARY KEY,
    forum       TEXT NOT NULL REFERENCES forums,  -- as the base spells it, here and in every table
    written     TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX forum_mentions_forum ON forum_mentions (forum);
CREATE INDEX forum_mentions_document ON forum_mentions (document_id);

CREATE TABLE forum_facts (           -- what papers tell of forums, in their words (metadata/purposes.yaml)
    id          INTEGER PRIMARY KEY,
    forum       TEXT NOT NULL REFERENCES forums,
    kind        TEXT NOT NULL CHECK (kind IN ('möte', 'mötesfrekvens', 'mandat')),   -- a meeting on a day, how often it meets, what it is to do or may
    date        TEXT,                -- of a meeting
    date_end    TEXT,
    clause      TEXT,                -- the § of the agreement or rules that says it, with its heading
    text        TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX forum_facts_forum ON forum_facts (forum, kind, date);
CREATE INDEX forum_facts_document ON forum_facts (document_id);

CREATE TABLE forum_papers (          -- derived: which papers name a forum and how often, so that no page counts mentions
    forum       TEXT NOT NULL REFERENCES forums ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    date        TEXT,                -- the paper's
    mentions    INTEGER NOT NULL,
    PRIMARY KEY (forum, document_id)
) STRICT;
CREATE INDEX forum_papers_date ON forum_papers (forum, date);
CREATE INDEX forum_papers_document ON forum_papers (document_id);

CREATE TABLE forum_years (           -- derived: what forum_years_now says, which goes through all §§
    organisation    TEXT,
    forum           TEXT,
    year            TEXT,
    documents       INTEGER NOT NULL,
    paragraphs      INTEGER NOT NULL,
    first_paragraph INTEGER,
    last_paragraph  INTEGER,
    missing         INTEGER
) STRICT;
CREATE INDEX forum_years_forum ON forum_years (forum, organisation);

CREATE TABLE document_readings (     -- derived: what coverage_now says, which goes through all pages
    document_id   TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    source        TEXT NOT NULL,
    title         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    forum         TEXT,
    date          TEXT,
    pages         INTEGER,
    words         INTEGER NOT NULL,
    damaged_share REAL,
    corrections   INTEGER NOT NULL,
    unsure_share  REAL,
    quality       REAL,
    by_people     INTEGER NOT NULL,
    problems      INTEGER NOT NULL,
    damaged       INTEGER NOT NULL
) STRICT;

-- ── meetings, paragraphs, decisions ──────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE meetings (
    id              TEXT PRIMARY KEY,   -- document id + ".m"
    document_id     TEXT NOT NULL UNIQUE REFERENCES documents ON DELETE CASCADE,
    forum           TEXT REFERENCES forums,
    date            TEXT,
    date_end        TEXT,
    place           TEXT,
    chair           TEXT,
    secretary       TEXT,
    first_paragraph INTEGER,            -- the range of §§ that the first page declares
    last_paragraph  INTEGER,
    page            INTEGER NOT NULL,
    line            INTEGER,
    start           INTEGER NOT NULL,
    end             INTEGER NOT NULL
) STRICT;
CREATE INDEX meetings_forum ON meetings (forum);

CREATE TABLE attendance (
    id         INTEGER PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings ON DELETE CASCADE,
    person     TEXT NOT NULL,
    party      TEXT,
    role       TEXT NOT NULL,
    numbers    TEXT,               -- the §§ served for, as written: 94-98
    replaces   TEXT,               -- the member a substitute served for
    title      TEXT,               -- what an official is
    page       INTEGER NOT NULL,
    line       INTEGER,
    start      INTEGER NOT NULL,
    end        INTEGER NOT NULL
) STRICT;
CREATE INDEX attendance_meeting ON attendance (meeting_id);

CREATE TABLE paragraphs (            -- § of a meeting; § of an agreement is a clause
    id          TEXT PRIMARY KEY,    -- document id + ".p" + number in order of place
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    number      TEXT NOT NULL,       -- 73, 28 b
    forum       TEXT REFERENCES forums,
    date        TEXT,
    date_end    TEXT,
    heading     TEXT NOT NULL,
    dnr_key     TEXT REFERENCES diary_numbers,
    branch      TEXT,                -- the sub-case as it stands behind the number: ":26"
    own         INTEGER NOT NULL CHECK (own IN (0, 1)),   -- 1: recorded in this document; 0: the text refers to it
    same_as     TEXT REFERENCES paragraphs ON DELETE SET NULL,   -- derived: the record of the same § that counts, a protocol before an extract
    page        INTEGER NOT NULL,
    line        INTEGER,
    last_line   INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX paragraphs_document ON paragraphs (document_id, start);
CREATE INDEX paragraphs_date ON paragraphs (date);
CREATE INDEX paragraphs_number ON paragraphs (forum, number, date);
CREATE INDEX paragraphs_own ON paragraphs (forum, date) WHERE own = 1 AND same_as IS NULL;
CREATE INDEX paragraphs_section ON paragraphs (coalesce(same_as, id));
CREATE INDEX paragraphs_dnr ON paragraphs (dnr_key) WHERE dnr_key IS NOT NULL;
CREATE INDEX paragraphs_same ON paragraphs (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE decisions (
    id           TEXT PRIMARY KEY,   -- document id + ".b" + number in order of place
    document_id  TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    paragraph_id TEXT REFERENCES paragraphs ON DELETE CASCADE,
    status       TEXT NOT NULL CHECK (status IN ('adopted', 'proposed', 'narrated')),
    decided_by   TEXT,               -- a forum, or an official who proposes
    addressed_to TEXT,
    date         TEXT,
    date_end     TEXT,
    paragraph    TEXT,               -- number of the § the decision is recorded under, where known
    dnr_key      TEXT REFERENCES diary_numbers,
    outcome      TEXT,               -- class of outcome in metadata/patterns.yaml
    same_as      TEXT REFERENCES decisions ON DELETE SET NULL,   -- derived: the same decision in the record that counts
    page         INTEGER NOT NULL,
    line         INTEGER,
    last_line    INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_document ON decisions (document_id, status, start, "end");   -- whether a place stands in a decision is told by it alone
CREATE INDEX decisions_paragraph ON decisions (paragraph_id);
CREATE INDEX decisions_by ON decisions (decided_by, date);
CREATE INDEX decisions_counted ON decisions (decided_by, date) WHERE status = 'adopted' AND same_as IS NULL;
CREATE INDEX decisions_deeds ON decisions (decided_by, status, outcome, addressed_to, date) WHERE same_as IS NULL;
CREATE INDEX decisions_to ON decisions (addressed_to, date);
CREATE INDEX decisions_dnr ON decisions (dnr_key) WHERE dnr_key IS NOT NULL;
CREATE INDEX decisions_date ON decisions (date);
CREATE INDEX decisions_same ON decisions (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE points (
    decision_id TEXT NOT NULL REFERENCES decisions ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    text        TEXT NOT NULL,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    PRIMARY KEY (decision_id, position)
) STRICT;

CREATE TABLE statements (
    id          INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    decision_id TEXT REFERENCES decisions ON DELETE CASCADE,   -- the decision it was a voice on
    kind        TEXT NOT NULL CHECK (kind IN ('yrkande', 'reservation', 'yttrande', 'protokollsanteckning', 'jäv')),
    person      TEXT NOT NULL,
    party       TEXT,
    paragraph   TEXT,
    text        TEXT NOT NULL,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX statements_document ON statements (document_id);
CREATE INDEX statements_decision ON statements (decision_id);

CREATE TABLE votes (
    id           INTEGER PRIMARY KEY,
    document_id  TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    paragraph_id TEXT REFERENCES paragraphs ON DELETE CASCADE,
    proposition  TEXT NOT NULL,
    yes          INTEGER,
    no           INTEGER,
    abstain      INTEGER,
    outcome      TEXT,               -- the side that won: ja, nej, lika
    yes_means    TEXT,               -- what Ja stood for; it may be a refusal
    no_means     TEXT,
    overturned   INTEGER NOT NULL CHECK (overturned IN (0, 1)),  -- 1: the chair had found otherwise before the vote
    page         INTEGER NOT NULL,
    line         INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL
) STRICT;
CREATE INDEX votes_document ON votes (document_id);
CREATE INDEX votes_paragraph ON votes (paragraph_id);

CREATE TABLE ballots (               -- how one person voted, where the text says it
    document_id  TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    vote_start   INTEGER NOT NULL,   -- the vote of the document that begins there
    person       TEXT NOT NULL,
    party        TEXT,
    choice       TEXT NOT NULL CHECK (choice IN ('ja', 'nej', 'avstår')),
    page         INTEGER NOT NULL,
    line         INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL
) STRICT;
CREATE INDEX ballots_document ON ballots (document_id, vote_start);

-- ── what was agreed and given to do ──────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE assignments (
    id          TEXT PRIMARY KEY,    -- document id + ".u" + number in order of place
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    decision_id TEXT REFERENCES decisions ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('standing', 'task', 'undertaking')),
    name        TEXT NOT NULL,
    key         TEXT,                -- the name in small letters without marks: equal in all versions
    area        TEXT,
    version     TEXT,                -- day of the agreement that holds it
    change      TEXT CHECK (change IN ('added', 'removed')),
    given_by    TEXT,
    given_to    TEXT,
    report_to   TEXT,                -- the forum that is to hear how a task went
    due         TEXT,
    done_by     TEXT REFERENCES decisions ON DELETE SET NULL,   -- derived: the decision that says the task is done
    dnr_key     TEXT REFERENCES diary_numbers,
    text        TEXT NOT NULL,
    page        INTEGER NOT NULL,
    line        INTEGER,
    last_line   INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX assignments_document ON assignments (document_id);
CREATE INDEX assignments_decision ON assignments (decision_id);
CREATE INDEX assignments_dnr ON assignments (dnr_key) WHERE dnr_key IS NOT NULL;
CREATE INDEX assignments_done ON assignments (done_by) WHERE done_by IS NOT NULL;
CREATE INDEX assignments_area ON assignments (area);
CREATE INDEX assignments_key ON assignments (key);
CREATE INDEX assignments_to ON assignments (given_to) WHERE kind <> 'standing';
CREATE INDEX assignments_standing ON assignments (document_id, key) WHERE kind = 'standing' AND change IS NULL;
CREATE INDEX assignments_due ON assignments (due) WHERE kind <> 'standing';
CREATE INDEX assignments_by ON assignments (given_by) WHERE kind <> 'standing';

CREATE TABLE assignment_changes (    -- derived: what became of a standing assignment from one version to the next (see the view assignment_changes_now)
    later_id   TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    earlier_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    change     TEXT NOT NULL CHECK (change IN ('kept', 'renamed', 'added', 'removed')),
    new_id     TEXT REFERENCES assignments ON DELETE CASCADE,
    old_id     TEXT REFERENCES assignments ON DELETE CASCADE
) STRICT;
CREATE INDEX assignment_changes_later ON assignment_changes (later_id);
CREATE INDEX assignment_changes_earlier ON assignment_changes (earlier_id);
CREATE INDEX assignment_changes_new ON assignment_changes (new_id);
CREATE INDEX assignment_changes_old ON assignment_changes (old_id);

CREATE TABLE benefits (              -- the uses that a report says a standing assignment has
    assignment_id TEXT NOT NULL REFERENCES assignments ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    text          TEXT NOT NULL,
    page          INTEGER NOT NULL,
    line          INTEGER,
    start         INTEGER NOT NULL,
    end           INTEGER NOT NULL,
    PRIMARY KEY (assignment_id, position)
) STRICT;

CREATE TABLE activities (            -- what a report plans or tells of for an area and year
    id          TEXT PRIMARY KEY,    -- document id + ".v" + number in order of place
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('planned', 'reported', 'cancelled', 'moved', 'changed')),
    area        TEXT,
    year        TEXT,
    text        TEXT NOT NULL,
    effect      TEXT,                -- what the cause did to it, in the report's words
    cause       TEXT,                -- as the report calls it
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX activities_document ON activities (document_id);

CREATE TABLE agreements (
    id               TEXT PRIMARY KEY,   -- document id + ".a" + number in order of place
    document_id      TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    title            TEXT NOT NULL,
    parties          TEXT,               -- joined by "; "
    dnr_key          TEXT REFERENCES diary_numbers,
    valid_from       TEXT,
    valid_to         TEXT,
    extended_to      TEXT,
    renewal_years    INTEGER,            -- null also where it is not whole years
    renewal_months   INTEGER,
    extension_option TEXT,               -- the sentence that lets a party extend it
    notice_months    INTEGER,
    notice_by        TEXT,               -- where a day stands in the text; the view reckons it from the months else
    compensation_sek INTEGER,            -- a year
    price_index      TEXT,
    indexed_from     TEXT,               -- the first year of the index
    payment          TEXT,               -- how it is paid, in its own words
    signed           TEXT,
    own              INTEGER NOT NULL DEFAULT 0, -- 1: the paper is the agreement; 0: it tells of it
    alike            TEXT,               -- its sentence that says that others sign the same
    notice_words     TEXT,               -- the words that notice is read from, and where they stand
    notice_page      INTEGER,
    notice_line      INTEGER,
    notice_start     INTEGER,
    page             INTEGER NOT NULL,
    line             INTEGER,
    start            INTEGER NOT NULL,
    end              INTEGER NOT NULL,
    state            TEXT,               -- derived, of what other papers say (agreement_facts): ended, replaced, notice, extended or perhaps; null where they say nothing
    state_day        TEXT,               -- derived: when it ends, or to when it is extended, by those
    state_note       TEXT                -- derived: the note that says so
) STRICT;
CREATE INDEX agreements_document ON agreements (document_id);
CREATE INDEX agreements_dnr ON agreements (dnr_key) WHERE dnr_key IS NOT NULL;

CREATE TABLE agreement_notes (       -- what a paper says of an agreement that it is not itself
    id          TEXT PRIMARY KEY,    -- document id + ".e" + number in order of place
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    decision_id TEXT REFERENCES decisions ON DELETE CASCADE, -- the decision that says it
    kind        TEXT NOT NULL,       -- ended, replaced, extended, notice, valid, agreed
    name        TEXT NOT NULL,       -- what the words call the agreement
    parties     TEXT,                -- joined by "; "
    dnr_key     TEXT REFERENCES diary_numbers,
    begins      TEXT,                -- the agreement is in force from
    day         TEXT,                -- it ends, or is extended to
    settled     INTEGER NOT NULL,    -- 1: said as done or decided, 0: as proposed or thought of
    text        TEXT NOT NULL,       -- the sentence
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX agreement_notes_document ON agreement_notes (document_id);
CREATE INDEX agreement_notes_decision ON agreement_notes (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX agreement_notes_dnr ON agreement_notes (dnr_key) WHERE dnr_key IS NOT NULL;

CREATE TABLE agreement_facts (       -- derived: which agreement a note is of; `sure` 0: it may be
    agreement_id TEXT NOT NULL REFERENCES agreements ON DELETE CASCADE,
    note_id      TEXT NOT NULL REFERENCES agreement_notes ON DELETE CASCADE,
    sure         INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, note_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agreement_facts_note ON agreement_facts (note_id);

CREATE TABLE clauses (
    agreement_id TEXT NOT NULL REFERENCES agreements ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    number       TEXT NOT NULL,
    heading      TEXT NOT NULL,
    text         TEXT NOT NULL,
    page         INTEGER NOT NULL,
    line         INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, position)
) STRICT;

CREATE TABLE contacts (              -- whom to reach about an agreement
    agreement_id TEXT NOT NULL REFERENCES agreements ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    person       TEXT NOT NULL,
    role         TEXT,
    party        TEXT,               -- whose contact it is
    phone        TEXT,
    email        TEXT,
    page         INTEGER NOT NULL,
    line         INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL,
    PRIMARY KEY (agreement_id, position)
) STRICT;

CREATE TABLE survey_questions (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    number      TEXT NOT NULL,
    question    TEXT NOT NULL,
    options     TEXT NOT NULL CHECK (json_valid(options)),
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    PRIMARY KEY (document_id, position)
) STRICT;

CREATE TABLE survey_answers (        -- of a form that is filled in: what is ticked, or written
    document_id TEXT NOT NULL,
    question    INTEGER NOT NULL,    -- position of the question
    position    INTEGER NOT NULL,
    answer      TEXT NOT NULL,
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    PRIMARY KEY (document_id, question, position),
    FOREIGN KEY (document_id, question) REFERENCES survey_questions (document_id, position) ON DELETE CASCADE
) STRICT;

-- ── what joins papers ────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- What a paper says is written with it. What is marked derived depends on the other papers too: `finish` works it out anew (kb/links), so that
-- it is the same in whatever order papers came and went.

CREATE TABLE citations (             -- words that point to a § of a meeting, a numbered paper or a page of the web
    id           TEXT PRIMARY KEY,   -- document id + ".r" + number in order of place
    document_id  TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    paragraph_id TEXT REFERENCES paragraphs ON DELETE CASCADE,   -- the § the words stand in
    kind         TEXT NOT NULL CHECK (kind IN ('paragraf', 'handling', 'länk')),
    written      TEXT NOT NULL,
    number       TEXT,
    forum        TEXT,
    implied      INTEGER NOT NULL CHECK (implied IN (0, 1)),     -- 1: the words leave the body out, it is the one whose record they stand in
    organisation TEXT,               -- where the words say whose body it is
    date         TEXT,
    relation     TEXT,               -- what the § was to the case: bordlagd, återremitterad, uppdrag
    heading      TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('resolved', 'open', 'ambiguous')),   -- derived
    target       TEXT REFERENCES paragraphs ON DELETE SET NULL,                                     -- derived: the record of the § that counts
    target_document TEXT REFERENCES documents ON DELETE SET NULL,                                   -- derived: of a numbered paper, the paper
    page         INTEGER NOT NULL,
    line         INTEGER,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL
) STRICT;
CREATE INDEX citations_document ON citations (document_id);
CREATE INDEX citations_paragraph ON citations (paragraph_id);
CREATE INDEX citations_target ON citations (target) WHERE target IS NOT NULL;
CREATE INDEX citations_target_document ON citations (target_document) WHERE target_document IS NOT NULL;

CREATE TABLE completions (           -- what a decision says of a task: it is done
    id          TEXT PRIMARY KEY,    -- document id + ".f" + number in order of place
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    decision_id TEXT NOT NULL REFERENCES decisions ON DELETE CASCADE,
    forum       TEXT,                -- whose § gave the task, of which day, which number and point of it
    date        TEXT,
    number      TEXT,
    point       INTEGER,
    text        TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('resolved', 'open', 'ambiguous')),   -- derived: whether the task is in the base
    page        INTEGER NOT NULL,
    line        INTEGER,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL
) STRICT;
CREATE INDEX completions_document ON completions (document_id);
CREATE INDEX completions_decision ON completions (decision_id);

CREATE TABLE chains (                -- derived: a proposal, and what the body it went to decided on it
    proposal TEXT NOT NULL REFERENCES decisions ON DELETE CASCADE,
    adopted  TEXT NOT NULL REFERENCES decisions ON DELETE CASCADE,
    how      TEXT NOT NULL CHECK (how IN ('paragraph', 'reference', 'dnr', 'heading')),   -- by what the two are known to belong together
    followed INTEGER CHECK (followed IN (0, 1)),   -- 1: the decision is as was proposed; 0: another's proposal was adopted; null where that is not told
    PRIMARY KEY (proposal, adopted)
) STRICT;
CREATE INDEX chains_adopted ON chains (adopted);

CREATE TABLE versions (              -- derived: a paper that lists standing assignments, and that of the version before, of the same parties' agreement
    later_id   TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    earlier_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE
) STRICT;
CREATE INDEX versions_earlier ON versions (earlier_id);

CREATE TABLE renames (               -- derived: a standing assignment, and the one of a later version that has its words under another name
    earlier TEXT NOT NULL REFERENCES assignments ON DELETE CASCADE,
    later   TEXT NOT NULL REFERENCES assignments ON DELETE CASCADE,
    PRIMARY KEY (earlier, later)
) STRICT;
CREATE INDEX renames_later ON renames (later);

CREATE TABLE guests (                -- derived: decisions taken on a case under another register's number
    key         TEXT NOT NULL REFERENCES diary_numbers,
    decision_id TEXT NOT NULL REFERENCES decisions ON DELETE CASCADE,
    how         TEXT NOT NULL CHECK (how IN ('reference', 'dnr', 'task')),   -- the § cites a § of the case, its diary number, or says that its task is done
    PRIMARY KEY (key, decision_id)
) STRICT;
CREATE INDEX guests_decision ON guests (decision_id);

CREATE TABLE copies (                -- other files with the bytes of a source: the same attachment in two meetings
    origin    TEXT PRIMARY KEY,
    path      TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE
) STRICT;
CREATE INDEX copies_source ON copies (source_id);

CREATE TABLE containers (            -- zip files, and mails with files attached, that sources came out of; each lies in the archive too
    origin TEXT PRIMARY KEY,         -- absolute path at ingest
    path   TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    whole  INTEGER NOT NULL CHECK (whole IN (0, 1))   -- nothing in it was refused, so the same bytes need not be opened again
) STRICT;

CREATE TABLE quarantine (            -- files that took more time or memory than one may take, or ended the reader; `kb quarantine`
    sha256 TEXT PRIMARY KEY,
    path   TEXT NOT NULL,
    origin TEXT NOT NULL UNIQUE,
    file   TEXT NOT NULL,            -- where it can be read again: its absolute path, or that of the container it lies in
    reason TEXT NOT NULL,
    since  TEXT NOT NULL             -- UTC, ISO 8601
) STRICT;

-- ── what to look at, and what was done ───────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE problems (
    id          INTEGER PRIMARY KEY,
    source_id   INTEGER REFERENCES sources ON DELETE CASCADE,     -- null for a doubt about the base as a whole
    document_id TEXT REFERENCES documents ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    message     TEXT NOT NULL,
    derived     INTEGER NOT NULL DEFAULT 0 CHECK (derived IN (0, 1)),   -- 1: depends on several papers, worked out anew by `finish`
    about       TEXT REFERENCES paragraphs ON DELETE SET NULL,    -- the § that is in doubt, where one is
    page        INTEGER,
    line        INTEGER,
    start       INTEGER,
    end         INTEGER
) STRICT;
CREATE INDEX problems_about ON problems (about) WHERE about IS NOT NULL;
CREATE INDEX problems_kind ON problems (kind);
CREATE INDEX problems_source ON problems (source_id);
CREATE INDEX problems_document ON problems (document_id);

CREATE TABLE ingests (               -- one row a run that changed something
    id        INTEGER PRIMARY KEY,
    started   TEXT NOT NULL,         -- UTC, ISO 8601
    finished  TEXT,
    program   TEXT NOT NULL,         -- version of kb
    added     INTEGER NOT NULL DEFAULT 0,
    replaced  INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    refused   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- ── views: what people, saved queries and scorers read (shared names, see docs/architecture.md) ──────────────────────────────────

CREATE VIEW document_list AS         -- these lists join nothing: what only counts or sorts rows of them reads one table
SELECT d.id, (SELECT path FROM sources WHERE id = d.source_id) AS source, d.kind, d.title, d.date, d.date_end, d.forum, d.addressed_to,
       (SELECT dnr FROM diary_numbers WHERE key = d.dnr_key) AS dnr, d.author, d.unit,
       d.first_line, d.last_line, d.first_page, d.last_page, d.damaged, d.organisation, d.same_as, d.paper_number, d.listed,
       (SELECT organisation FROM diary_numbers WHERE key = d.dnr_key) AS case_of   -- whose the case is, where several have the number; "" where that is not known
FROM documents d;

CREATE VIEW paragraph_list AS
SELECT p.id, p.document_id, (SELECT s.path FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = p.document_id) AS source,
       p.forum, p.number, p.date, p.date_end, p.heading, (SELECT dnr FROM diary_numbers WHERE key = p.dnr_key) || coalesce(p.branch, '') AS dnr,
       p.own, p.page, p.line, p.last_line, (SELECT dnr FROM diary_numbers WHERE key = p.dnr_key) AS case_dnr,
       CASE WHEN p.own = 1 THEN (SELECT organisation FROM documents WHERE id = p.document_id) END AS organisation, p.same_as,
       (SELECT count(*) FROM paragraphs q WHERE q.same_as = coalesce(p.same_as, p.id)) + 1 AS records, (SELECT organisation FROM diary_numbers WHERE key = p.dnr_key) AS case_of
FROM paragraphs p;

CREATE VIEW decision_points AS SELECT decision_id, position, text FROM points;

CREATE VIEW decision_outcomes AS     -- a decision may come to several things; "föreslår: avslag" is föreslår and avslag
SELECT b.id AS decision_id, j.value AS outcome, b.status, b.decided_by, b.date, (SELECT dnr FROM diary_numbers WHERE key = b.dnr_key) AS dnr, b.paragraph
FROM decisions b,
     json_each('["' || replace(replace(b.outcome, 'föreslår: ', 'föreslår, '), ', ', '","') || '"]') j
WHERE b.outcome IS NOT NULL;

CREATE VIEW decision_list AS
SELECT b.id, b.document_id, (SELECT s.path FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = b.document_id) AS source,
       b.status, b.decided_by, b.addressed_to, b.date, b.date_end, b.paragraph, (SELECT dnr FROM diary_numbers WHERE key = b.dnr_key) AS dnr, b.outcome,
       (SELECT count(*) FROM points x WHERE x.decision_id = b.id) AS points,
       (SELECT group_concat(x.text, char(10)) FROM (SELECT text FROM points WHERE decision_id = b.id ORDER BY position) x) AS text,
       (SELECT count(*) FROM statements x WHERE x.decision_id = b.id AND x.kind = 'reservation') AS reservations,
       (SELECT title FROM documents WHERE id = b.document_id) AS title, b.page, b.line, b.last_line,
       coalesce((SELECT nullif(heading, '') FROM paragraphs WHERE id = b.paragraph_id), (SELECT title FROM documents WHERE id = b.document_id)) AS heading,
       (SELECT organisation FROM documents WHERE id = b.document_id) AS organisation, b.paragraph_id, b.same_as,
       (SELECT organisation FROM diary_numbers WHERE key = b.dnr_key) AS case_of,
       (SELECT date FROM paragraphs WHERE id = b.paragraph_id) AS record_date,   -- of the record it stands in, where that may not be its own day
       (SELECT forum FROM paragraphs WHERE id = b.paragraph_id) AS record_forum   -- nor its own body
FROM decisions b;

CREATE VIEW dnr_list AS
SELECT n.dnr, m.spelling, m.sub, m.role, m.document_id, s.path AS source, m.page, m.line, n.organisation AS case_of, m.unsure
FROM dnr_mentions m JOIN diary_numbers n ON n.key = m.key JOIN documents d ON d.id = m.document_id JOIN sources s ON s.id = d.source_id WHERE m.copied = 0;

CREATE VIEW case_list AS             -- one row a case, for lists and look-ups
SELECT n.dnr, n.key, n.register, n.year, n.serial,
       (SELECT count(DISTINCT m.document_id) FROM dnr_mentions m WHERE m.key = n.key) AS documents,
       (SELECT count(DISTINCT m.document_id) FROM dnr_mentions m WHERE m.key = n.key AND m.role = 'own') AS own_documents,
       coalesce((SELECT d.title FROM documents d WHERE d.dnr_key = n.key AND NOT EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = d.id AND q.own = 1 AND q.dnr_key = n.key)
                 ORDER BY d.date, d.id LIMIT 1),   -- of a record of §§ the title says nothing of the case
                (SELECT p.heading FROM paragraphs p WHERE p.dnr_key = n.key AND p.heading <> '' ORDER BY p.own DESC, p.date, p.id LIMIT 1),
                (SELECT d.title FROM documents d WHERE d.dnr_key = n.key ORDER BY d.date, d.id LIMIT 1)) AS title,
       (SELECT min(d.date) FROM dnr_mentions m JOIN documents d ON d.id = m.document_id WHERE m.key = n.key) AS first_date,
       (SELECT max(d.date) FROM dnr_mentions m JOIN documents d ON d.id = m.document_id WHERE m.key = n.key) AS last_date, n.organisation AS case_of
FROM diary_numbers n WHERE EXISTS (SELECT 1 FROM dnr_mentions m WHERE m.key = n.key);

CREATE VIEW retold_list AS           -- what a record tells again of another meeting: what another body decided there, and what was proposed to it
SELECT b.id AS decision_id, b.document_id, d.forum, d.date, b.date AS placed
FROM decisions b JOIN documents d ON d.id = b.document_id
WHERE d.forum IS NOT NULL AND b.date <> d.date AND (b.status = 'proposed' OR (b.status = 'adopted' AND b.decided_by <> d.forum))
UNION ALL
SELECT b.id, b.document_id, d.forum, d.date, n.date   -- right above what another body had decided under the § before: put then or earlier
FROM decisions b JOIN documents d ON d.id = b.document_id JOIN decisions n ON n.id = (
    SELECT m.id FROM decisions m WHERE m.document_id = b.document_id AND m.status = 'adopted' AND m.start > b.start ORDER BY m.start LIMIT 1)
WHERE b.status = 'proposed' AND d.forum IS NOT NULL AND b.date = d.date AND n.date < b.date AND n.decided_by <> d.forum
    AND EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = b.document_id AND q.own = 1 AND q.start <= b.start AND n.start < q.end);

CREATE VIEW case_timeline AS         -- everything that is known to have happened in a case, over all bodies; what two sources record stands once
-- case_of: whose case it is, where several have the number, "" for what does not say; unsure: 1 for a mention that may mean another of these
SELECT t.dnr, t.date, t.event, t.forum,
       CASE WHEN t.event IN ('decision', 'proposal', 'narrated') THEN (   -- not below, where it would be worked out for every case there is
                SELECT group_concat(x.text, char(10)) FROM (SELECT text FROM points WHERE decision_id = t.ref ORDER BY position) x)
            ELSE t.text END AS text,
       t.document_id, s.path AS source, t.page, t.line, t.ref, t.key, t.start,
       CASE WHEN t.event = 'paragraph' THEN (SELECT group_concat(path, '; ') FROM (
                SELECT y.path FROM paragraphs p CROSS JOIN documents e ON e.id = p.document_id CROSS JOIN sources y ON y.id = e.source_id
                WHERE p.same_as = t.ref ORDER BY y.path))
            WHEN t.event IN ('decision', 'proposal') THEN (SELECT group_concat(path, '; ') FROM (
                SELECT y.path FROM decisions b CROSS JOIN documents e ON e.id = b.document_id CROSS JOIN sources y ON y.id = e.source_id
                WHERE b.same_as = t.ref ORDER BY y.path))
            WHEN t.event = 'document' THEN (SELECT group_concat(path, '; ') FROM (
                SELECT y.path FROM documents e CROSS JOIN sources y ON y.id = e.source_id WHERE e.same_as = t.ref ORDER BY y.path))
       END AS also,   -- the other sources
       t.other AS other_dnr, d.organisation,   -- other_dnr: the number the body itself keeps it under, where that is another register's
       t.case_of, t.other_of, t.unsure,
       -- 1: told again in the record of another meeting; placed: the day to order by, where the record does not say when it was put that of what it led to
       CASE WHEN t.event IN ('decision', 'proposal') THEN EXISTS (SELECT 1 FROM retold_list r WHERE r.decision_id = t.ref) ELSE 0 END AS retold,
       CASE WHEN t.event = 'proposal' THEN coalesce((SELECT r.placed FROM retold_list r WHERE r.decision_id = t.ref), t.date) ELSE t.date END AS placed
FROM (   -- each part knows the number of its case, so that what is asked of one case reads no other
    SELECT n.dnr, n.key, n.organisation AS case_of, d.date, 'document' AS event, coalesce(d.forum, d.addressed_to) AS forum, d.kind || ': ' || d.title AS text,
           d.id AS document_id, d.first_page AS page, d.first_line AS line, d.id AS ref, d.start, NULL AS other, NULL AS other_of, 0 AS unsure
    FROM documents d JOIN diary_numbers n ON n.key = d.dnr_key WHERE +d.same_as IS NULL   -- the plus keeps to the index of the case
    UNION ALL
    SELECT n.dnr, n.key, n.organisation, p.date, CASE p.own WHEN 1 THEN 'paragraph' ELSE 'reference' END, p.forum, '§ ' || p.number || ' ' || p.heading,
           p.document_id, p.page, p.line, p.id, p.start, NULL, NULL, 0
    FROM paragraphs p JOIN diary_numbers n ON n.key = p.dnr_key WHERE +p.same_as IS NULL
    UNION ALL
    SELECT n.dnr, n.key, n.organisation, b.date,
           CASE WHEN b.status = 'narrated' THEN 'narrated' WHEN b.status = 'proposed' OR b.outcome LIKE 'föreslår%' THEN 'proposal' ELSE 'decision' END,
           b.decided_by, NULL, b.document_id, b.page, b.line, b.id, b.start, NULL, NULL, 0
    FROM decisions b JOIN diary_numbers n ON n.key = b.dnr_key WHERE +b.same_as IS NULL
    UNION ALL
    SELECT n.dnr, n.key, n.organisation, b.date,
           CASE WHEN b.status = 'narrated' THEN 'narrated' WHEN b.status = 'proposed' OR b.outcome LIKE 'föreslår%' THEN 'proposal' ELSE 'decision' END,
           b.decided_by, NULL, b.document_id, b.page, b.line, b.id, b.start, coalesce(o.dnr, ''), o.organisation, 0
    FROM guests g JOIN diary_numbers n ON n.key = g.key JOIN decisions b ON b.id = g.decision_id LEFT JOIN diary_numbers o ON o.key = b.dnr_key
    WHERE +b.same_as IS NULL
    UNION ALL
    -- once a § that mentions the case, which says what it was about there; once a document, where it stands outside any §
    SELECT n.dnr, n.key, n.organisation, d.date, 'reference', coalesce(p.forum, d.forum, d.addressed_to),
           CASE WHEN p.id IS NULL THEN m.spelling || ' i ' || d.kind || ': ' || d.title ELSE '§ ' || p.number || ' ' || p.heading END,
           m.document_id, m.page, m.line, coalesce(p.id, m.document_id), min(m.start), NULL, NULL, sum(m.unsure) = count(*)
    FROM dnr_mentions m JOIN diary_numbers n ON n.key = m.key JOIN documents d ON d.id = m.document_id
         LEFT JOIN paragraphs p ON p.document_id = m.document_id AND p.own = 1 AND m.start BETWEEN p.start AND p.end
    WHERE m.role = 'reference' AND d.same_as IS NULL AND p.same_as IS NULL
      AND NOT EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = m.document_id AND q.dnr_key = m.key)
    GROUP BY n.key, n.dnr, m.document_id, p.id
    UNION ALL
    SELECT n.dnr, n.key, n.organisation, coalesce(b.date, d.date), 'task', a.given_to, a.text, a.document_id, a.page, a.line, a.id, a.start, NULL, NULL, 0
    FROM assignments a JOIN diary_numbers n ON n.key = a.dnr_key JOIN documents d ON d.id = a.document_id LEFT JOIN decisions b ON b.id = a.decision_id
    WHERE a.kind <> 'standing' AND b.same_as IS NULL AND d.same_as IS NULL
) t LEFT JOIN documents d ON d.id = t.document_id LEFT JOIN sources s ON s.id = d.source_id;

CREATE VIEW forum_list AS
SELECT f.name AS forum, f.abbreviation, f.kind, f.purpose, f.members,
       (SELECT r.other FROM forum_relations r WHERE r.forum = f.name AND r.relation = 'parent') AS parent,
       (SELECT group_concat(a.alias, ', ') FROM (SELECT alias FROM forum_aliases WHERE forum = f.name ORDER BY alias) a) AS aliases,
       (SELECT min(m.date) FROM forum_papers m WHERE m.forum = f.name) AS first_mention,
       (SELECT max(m.date) FROM forum_papers m WHERE m.forum = f.name) AS last_mention,
       (SELECT count(*) FROM decisions b WHERE b.decided_by = f.name AND b.status = 'adopted' AND b.same_as IS NULL) AS decisions,
       (SELECT count(*) FROM forum_papers m WHERE m.forum = f.name) AS documents,
       f.slug, f.level, f.meets, f.first_year, f.last_year, f.registered
FROM forums f;

CREATE VIEW forum_mention_list AS
SELECT m.forum, m.written, m.document_id, s.path AS source, m.page, m.line
FROM forum_mentions m JOIN documents d ON d.id = m.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW forum_fact_list AS       -- what papers tell of a forum; a meeting whose minutes are here is in meeting_list, and `minutes` is their document
SELECT x.id, x.forum, x.kind, x.date, x.date_end, x.clause, x.text, x.document_id, (SELECT path FROM sources WHERE id = d.source_id) AS source, d.title,
       d.date AS document_date, d.organisation,
       CASE WHEN x.kind = 'möte' THEN (   -- of a municipality's body its own minutes: others have one of that name
           SELECT m.document_id FROM meetings m WHERE m.forum = x.forum
               AND ((SELECT level FROM forums WHERE name = x.forum) IS NOT 'municipality'
                    OR (SELECT organisation FROM documents WHERE id = m.document_id) IS d.organisation)
               AND (m.date = x.date OR x.date BETWEEN m.date AND coalesce(m.date_end, m.date) OR (length(x.date) = 7 AND substr(m.date, 1, 7) = x.date))
           ORDER BY m.date, m.document_id LIMIT 1) END AS minutes,
       x.page, x.line, x.start,
       (SELECT p.id FROM passages p WHERE p.document_id = x.document_id AND p.start <= x.start ORDER BY p.position DESC LIMIT 1) AS passage_id, d.same_as
FROM forum_facts x JOIN documents d ON d.id = x.document_id;

CREATE VIEW meeting_list AS
SELECT m.id, m.document_id, (SELECT s.path FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = m.document_id) AS source,
       (SELECT organisation FROM documents WHERE id = m.document_id) AS organisation, m.forum, m.date, m.date_end, m.place, m.chair, m.secretary,
       (SELECT group_concat(x.person, '; ') FROM (SELECT person FROM attendance WHERE meeting_id = m.id AND role = 'adjuster' ORDER BY start) x) AS adjusters,
       m.first_paragraph, m.last_paragraph,
       (SELECT count(*) FROM paragraphs p WHERE p.document_id = m.document_id AND p.own = 1) AS paragraphs,
       (SELECT count(*) FROM attendance a WHERE a.meeting_id = m.id) AS attending, m.page, m.line
FROM meetings m;

CREATE VIEW attendance_list AS
SELECT m.forum, m.date, a.person, a.party, a.role, m.document_id,
       (SELECT s.path FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = m.document_id) AS source, a.page, a.line, a.numbers AS paragraphs,
       a.replaces, (SELECT organisation FROM documents WHERE id = m.document_id) AS organisation, m.id AS meeting_id, a.title
FROM attendance a JOIN meetings m ON m.id = a.meeting_id;

-- status of a task, today: fullgjort, föreslaget (another body has yet to decide it), försenat (its last day is past) or öppet
CREATE VIEW assignment_list AS
SELECT a.id, a.kind, a.name, a.area, a.version, a.change, a.given_by, a.given_to, a.due,
       CASE WHEN a.kind = 'standing' THEN NULL WHEN a.done_by IS NOT NULL THEN 'fullgjort'
            WHEN (SELECT outcome FROM decisions WHERE id = a.decision_id) = 'föreslår' THEN 'föreslaget'
            WHEN a.due || substr('-12-31', length(a.due) - 3) < date('now', 'localtime') THEN 'försenat' ELSE 'öppet' END AS status,
       (SELECT dnr FROM diary_numbers WHERE key = a.dnr_key) AS dnr,
       (SELECT path FROM sources WHERE id = d.source_id) AS source,
       a.page, a.line, a.last_line, a.text, a.document_id, a.decision_id, a.done_by, (SELECT date FROM decisions WHERE id = a.done_by) AS done_date,
       CASE WHEN b.status = 'narrated' THEN (   -- told of a § whose own record here gave the same one the same task
           SELECT t.id FROM decisions t JOIN assignments o ON o.decision_id = t.id JOIN documents e ON e.id = t.document_id
           WHERE t.decided_by = b.decided_by AND t.date = b.date AND t.paragraph = b.paragraph AND t.status = 'adopted' AND t.same_as IS NULL
               AND o.given_to = a.given_to AND e.organisation IS d.organisation LIMIT 1) ELSE b.same_as END AS same_as, a.report_to, d.organisation,
       (SELECT group_concat(x.text, char(10)) FROM (SELECT text FROM benefits WHERE assignment_id = a.id ORDER BY position) x) AS benefit,
       (SELECT organisation FROM diary_numbers WHERE key = a.dnr_key) AS case_of, coalesce(b.date, d.date) AS date, b.paragraph, b.decided_by
FROM assignments a JOIN documents d ON d.id = a.document_id LEFT JOIN decisions b ON b.id = a.decision_id;

CREATE VIEW reference_list AS        -- what papers refer to: §§, numbered papers, links, and the numbers of other cases
SELECT c.id, c.document_id, s.path AS source, c.paragraph_id, c.kind, c.written, c.organisation, c.forum, c.date, c.number, NULL AS dnr, c.relation, c.implied,
       c.heading, CASE c.state WHEN 'resolved' THEN 'funnen' WHEN 'ambiguous' THEN 'tvetydig' ELSE 'öppen' END AS state,
       c.target AS target_paragraph, coalesce(t.document_id, c.target_document) AS target_document,
       coalesce(t.heading, (SELECT x.title FROM documents x WHERE x.id = c.target_document)) AS target_heading, c.page, c.line, c.start, NULL AS case_of
FROM citations c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id LEFT JOIN paragraphs t ON t.id = c.target
UNION ALL
SELECT 'd' || m.id, m.document_id, s.path,
       (SELECT p.id FROM paragraphs p WHERE p.document_id = m.document_id AND p.own = 1 AND m.start BETWEEN p.start AND p.end ORDER BY p.start DESC LIMIT 1),
       'dnr', m.spelling, NULL, NULL, NULL, m.sub, n.dnr, NULL, 0, '', CASE WHEN o.id IS NULL THEN 'öppen' ELSE 'funnen' END,
       NULL, o.document_id, NULL, m.page, m.line, m.start, n.organisation
FROM dnr_mentions m JOIN diary_numbers n ON n.key = m.key JOIN documents d ON d.id = m.document_id JOIN sources s ON s.id = d.source_id
LEFT JOIN dnr_mentions o ON o.id = (SELECT x.id FROM dnr_mentions x WHERE x.key = m.key AND x.role = 'own' ORDER BY x.document_id, x.start LIMIT 1)
WHERE m.role = 'reference' AND m.copied = 0;

CREATE VIEW decision_chain AS        -- a proposal, and what the body it went to decided on it
SELECT c.proposal, c.adopted, c.how, p.decided_by AS proposed_by, p.date AS proposed, a.decided_by, a.date AS decided, n.dnr, a.outcome,
       p.document_id AS proposal_document, a.document_id AS adopted_document, n.organisation AS case_of, c.followed
FROM chains c JOIN decisions p ON p.id = c.proposal JOIN decisions a ON a.id = c.adopted
LEFT JOIN diary_numbers n ON n.key = coalesce(a.dnr_key, p.dnr_key);

CREATE VIEW completion_list AS       -- what decisions say of tasks: they are done
SELECT c.id, c.decision_id, c.document_id, s.path AS source, c.forum, c.date, c.number, c.point, c.text,
       CASE c.state WHEN 'resolved' THEN 'funnen' WHEN 'ambiguous' THEN 'tvetydig' ELSE 'öppen' END AS state, c.page, c.line
FROM completions c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW copy_list AS             -- a file, and another with the same content
SELECT s.path AS source, c.path AS copy FROM copies c JOIN sources s ON s.id = c.source_id;

CREATE VIEW container_list AS        -- a source, and the zip file or mail that it came out of
SELECT s.path AS source, c.path AS container FROM sources s JOIN containers c ON c.origin = s.container;

CREATE VIEW quarantine_list AS       -- a file that was put aside, and why
SELECT path AS file, reason, since, sha256 FROM quarantine;

CREATE VIEW benefit_list AS
SELECT b.assignment_id, a.name, a.area, a.version, b.text, a.document_id, s.path AS source, b.page, b.line
FROM benefits b JOIN assignments a ON a.id = b.assignment_id JOIN documents d ON d.id = a.document_id JOIN sources s ON s.id = d.source_id;

-- What each version of an agreement on standing assignments has kept, renamed, added and removed since the version before (`versions`).
-- Renamed: one name holds the other, or their words are alike (renames). The place is that of the later version, of the earlier for a removed one.
CREATE VIEW assignment_changes_now AS
WITH standing AS (SELECT * FROM assignments WHERE kind = 'standing' AND change IS NULL AND version IS NOT NULL),
matches AS (
    SELECT p.later_id, p.earlier_id, n.id AS new_id, o.id AS old_id, n.key = o.key AS same
    FROM versions p JOIN standing n ON n.document_id = p.later_id JOIN standing o ON o.document_id = p.earlier_id
    WHERE n.key = o.key OR EXISTS (SELECT 1 FROM renames r WHERE r.earlier = o.id AND r.later = n.id) OR ((instr(' ' || n.key, ' ' || o.key) OR instr(' ' || o.key, ' ' || n.key))
        AND n.key NOT IN (SELECT key FROM standing WHERE document_id = p.earlier_id) AND o.key NOT IN (SELECT key FROM standing WHERE document_id = p.later_id))
),
changes AS (
    SELECT later_id, earlier_id, CASE WHEN same THEN 'kept' ELSE 'renamed' END AS change, new_id, old_id FROM matches
    UNION ALL
    SELECT p.later_id, p.earlier_id, 'added', n.id, NULL FROM versions p JOIN standing n ON n.document_id = p.later_id
    WHERE n.id NOT IN (SELECT new_id FROM matches m WHERE m.earlier_id = p.earlier_id)
    UNION ALL
    SELECT p.later_id, p.earlier_id, 'removed', NULL, o.id FROM versions p JOIN standing o ON o.document_id = p.earlier_id
    WHERE o.id NOT IN (SELECT old_id FROM matches m WHERE m.later_id = p.later_id)
)
SELECT later_id, earlier_id, change, new_id, old_id FROM changes;

CREATE VIEW assignment_change_list AS
SELECT c.earlier, c.later, c.change, coalesce(n.name, o.name) AS name, o.name AS earlier_name, n.area, o.area AS earlier_area,
       c.new_id AS assignment_id, x.document_id, s.path AS source, x.page, x.line, c.earlier_id, c.later_id, c.old_id
FROM (SELECT c.*, (SELECT a.version FROM assignments a WHERE a.document_id = c.later_id AND a.kind = 'standing' AND a.change IS NULL LIMIT 1) AS later,
             (SELECT a.version FROM assignments a WHERE a.document_id = c.earlier_id AND a.kind = 'standing' AND a.change IS NULL LIMIT 1) AS earlier
      FROM assignment_changes c) c
LEFT JOIN assignments n ON n.id = c.new_id LEFT JOIN assignments o ON o.id = c.old_id
JOIN assignments x ON x.id = coalesce(c.new_id, c.old_id) JOIN documents d ON d.id = x.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW activity_list AS
SELECT a.id, a.area, a.year, a.kind, a.text, a.effect, a.document_id, s.path AS source, a.page, a.line, a.cause
FROM activities a JOIN documents d ON d.id = a.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW agreement_list AS
SELECT a.id, a.title, a.parties, n.dnr, a.valid_from, a.valid_to, a.extended_to, a.renewal_years, a.notice_months,
       coalesce(a.notice_by, CASE WHEN a.notice_months IS NULL THEN NULL
                                  WHEN length(coalesce(a.extended_to, a.valid_to)) = 10
                                  THEN date(coalesce(a.extended_to, a.valid_to), '+1 day', '-' || a.notice_months || ' months', '-1 day')
                                  WHEN length(coalesce(a.extended_to, a.valid_to)) = 7
                                  THEN date(coalesce(a.extended_to, a.valid_to) || '-01', '+1 month', '-' || a.notice_months || ' months', '-1 day')
                                  WHEN length(coalesce(a.extended_to, a.valid_to)) = 4
                                  THEN date(coalesce(a.extended_to, a.valid_to) || '-01-01', '+1 year', '-' || a.notice_months || ' months', '-1 day')
                             END) AS notice_by,
       a.compensation_sek, a.price_index, a.signed, s.path AS source, a.page, a.line, a.document_id, a.renewal_months, a.extension_option,
       a.indexed_from, a.payment, n.organisation AS case_of, a.own, a.notice_words, a.notice_page,
       (SELECT p.id FROM passages p WHERE p.document_id = a.document_id AND p.start <= a.notice_start ORDER BY p.position DESC LIMIT 1) AS notice_passage,
       CASE a.state WHEN 'replaced' THEN 'ersatt' WHEN 'notice' THEN 'uppsagt' WHEN 'extended' THEN 'förlängt' WHEN 'perhaps' THEN 'kan ha upphört'
                    WHEN 'ended' THEN CASE WHEN a.state_day >= date('now', 'localtime') THEN 'upphör' ELSE 'upphört' END END AS state,
       a.state_day, e.text AS state_words, es.path AS state_source, e.document_id AS state_document, a.state_note, d.title AS document, d.date AS document_date
FROM agreements a JOIN documents d ON d.id = a.document_id JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = a.dnr_key
LEFT JOIN agreement_notes e ON e.id = a.state_note LEFT JOIN documents ed ON ed.id = e.document_id LEFT JOIN sources es ON es.id = ed.source_id;

CREATE VIEW agreement_note_list AS   -- what papers say of agreements; of which ones, where that is known
SELECT e.id, e.kind, e.name, e.parties, n.dnr, e.begins, e.day, e.settled, e.text, b.decided_by, b.status, b.outcome, coalesce(b.date, d.date) AS date,
       d.title AS document, d.date AS document_date, e.document_id, s.path AS source, e.page, e.line, e.decision_id, b.paragraph, c.dnr AS case_dnr, c.organisation AS case_of,
       f.agreement_id, f.sure, coalesce(b.dnr_key, d.dnr_key) AS key, d.organisation,
       (SELECT p.id FROM passages p WHERE p.document_id = e.document_id AND p.start <= e.start ORDER BY p.position DESC LIMIT 1) AS passage_id
FROM agreement_notes e JOIN documents d ON d.id = e.document_id JOIN sources s ON s.id = d.source_id
LEFT JOIN decisions b ON b.id = e.decision_id LEFT JOIN diary_numbers n ON n.key = e.dnr_key
LEFT JOIN diary_numbers c ON c.key = coalesce(b.dnr_key, d.dnr_key) LEFT JOIN agreement_facts f ON f.note_id = e.id
WHERE b.same_as IS NULL AND d.same_as IS NULL;

CREATE VIEW clause_list AS
SELECT c.agreement_id, s.path AS source, c.number, c.heading, c.text, c.page, c.line
FROM clauses c JOIN agreements a ON a.id = c.agreement_id JOIN documents d ON d.id = a.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW contact_list AS
SELECT c.agreement_id, a.title AS agreement, c.person, c.role, c.party, c.phone, c.email, a.document_id, s.path AS source, c.page, c.line
FROM contacts c JOIN agreements a ON a.id = c.agreement_id JOIN documents d ON d.id = a.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW statement_list AS
SELECT x.id, x.kind, x.person, x.party, x.paragraph, x.decision_id,
       (SELECT s.path FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = x.document_id) AS source, x.page, x.line, x.text, x.document_id
FROM statements x;

CREATE VIEW vote_list AS
SELECT v.paragraph_id, v.proposition, v.yes, v.no, v.abstain, v.outcome, s.path AS source, v.page, v.line, v.document_id, v.yes_means, v.no_means,
       v.overturned, v.id
FROM votes v JOIN documents d ON d.id = v.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW ballot_list AS
SELECT v.id AS vote_id, b.person, b.party, b.choice, CASE b.choice WHEN 'ja' THEN v.yes_means WHEN 'nej' THEN v.no_means END AS meaning,
       v.paragraph_id, d.forum, d.date, b.document_id, s.path AS source, b.page, b.line
FROM ballots b JOIN votes v ON v.document_id = b.document_id AND v.start = b.vote_start
JOIN documents d ON d.id = b.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW survey_list AS
SELECT q.document_id, s.path AS source, q.number, q.question, q.options, q.page, q.line
FROM survey_questions q JOIN documents d ON d.id = q.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW survey_answer_list AS
SELECT x.document_id, s.path AS source, q.number, q.question, x.answer, x.page, x.line
FROM survey_answers x JOIN survey_questions q ON q.document_id = x.document_id AND q.position = x.question
JOIN documents d ON d.id = x.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW passage_list AS
SELECT p.id, p.document_id, s.path AS source, p.page, p.line, p.last_line, p.text, p.text_original
FROM passages p JOIN documents d ON d.id = p.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW correction_list AS
SELECT c.document_id, s.path AS source, c.page, c.line, c.original, c.corrected, c.confidence, c.kind, c.start, c.end, c.id, c.reason
FROM corrections c JOIN sources s ON s.id = c.source_id;

CREATE VIEW problem_list AS
SELECT x.id, x.kind, x.message, x.document_id, s.path AS source, x.page, x.line, x.about
FROM problems x LEFT JOIN sources s ON s.id = x.source_id;

-- ── what a search over all kinds finds besides passages ─────────────────────────────────────────────────────────────────────────

CREATE VIEW record_list AS           -- what `records` is to hold: one row a thing, copies of the same thing left out; `finish` compares
SELECT 0 AS class, 'decision' AS kind, b.id AS ref, b.document_id, b.page, b.line, b.start, b.end, b.date, b.date_end,
       coalesce(b.decided_by, b.addressed_to) AS forum, b.dnr_key,
       coalesce((SELECT p.heading FROM paragraphs p WHERE p.id = b.paragraph_id), '') AS title,
       coalesce((SELECT group_concat(text, char(10)) FROM (SELECT text FROM points WHERE decision_id = b.id ORDER BY position)), '') AS text
FROM decisions b JOIN documents d ON d.id = b.document_id
WHERE b.same_as IS NULL AND d.same_as IS NULL AND b.status <> 'narrated'
UNION ALL
SELECT 1, 'paragraph', p.id, p.document_id, p.page, p.line, p.start, p.end, p.date, p.date_end, p.forum, p.dnr_key, p.heading, '§ ' || p.number
FROM paragraphs p JOIN documents d ON d.id = p.document_id WHERE p.own = 1 AND p.same_as IS NULL AND d.same_as IS NULL
UNION ALL
SELECT 2, 'case', n.dnr, NULL, NULL, NULL, NULL, NULL,
       (SELECT max(date) FROM (SELECT date FROM documents WHERE dnr_key = n.key UNION ALL SELECT date FROM paragraphs WHERE dnr_key = n.key)), NULL,
       NULL, n.key,
       coalesce((SELECT p.heading FROM paragraphs p WHERE p.dnr_key = n.key AND p.heading <> '' ORDER BY p.own DESC, p.date, p.id LIMIT 1),
                (SELECT d.title FROM documents d WHERE d.dnr_key = n.key ORDER BY d.date, d.id LIMIT 1), ''),
       coalesce((SELECT group_concat(title, char(10)) FROM (SELECT DISTINCT title FROM documents WHERE dnr_key = n.key ORDER BY title)), '')
       || coalesce(char(10) || n.organisation, '')
FROM diary_numbers n WHERE coalesce(n.organisation <> '', 1) OR EXISTS (SELECT 1 FROM dnr_mentions m WHERE m.key = n.key)
UNION ALL
SELECT 3, 'forum', f.slug, NULL, NULL, NULL, NULL, NULL, NULL, NULL, f.name, NULL, f.name,
       coalesce((SELECT group_concat(alias, char(10)) FROM (SELECT alias FROM forum_aliases WHERE forum = f.name ORDER BY alias)), '')
       || char(10) || coalesce(f.abbreviation, '') || char(10) || coalesce(f.purpose, '') || char(10) || coalesce(f.members, '')
FROM forums f WHERE EXISTS (SELECT 1 FROM forum_mentions m WHERE m.forum = f.name) OR EXISTS (SELECT 1 FROM documents d WHERE d.forum = f.name)
UNION ALL
SELECT 4, 'assignment', a.id, a.document_id, a.page, a.line, a.start, a.end, coalesce(a.version, d.date), NULL, a.given_by, a.dnr_key, a.name,
       coalesce(a.area, '') || char(10) || coalesce(a.given_to, '') || char(10) || a.text
FROM assignments a JOIN documents d ON d.id = a.document_id WHERE d.same_as IS NULL
UNION ALL
SELECT 5, 'agreement', a.id, a.document_id, a.page, a.line, a.start, a.end, coalesce(a.signed, a.valid_from, d.date), NULL, d.forum, a.dnr_key, a.title,
       coalesce(a.parties, '')
       || char(10) || coalesce((SELECT group_concat(heading, char(10)) FROM (SELECT heading FROM clauses WHERE agreement_id = a.id ORDER BY position)), '')
FROM agreements a JOIN documents d ON d.id = a.document_id WHERE d.same_as IS NULL
UNION ALL
SELECT 6, 'document', d.id, d.id, d.first_page, d.first_line, d.start, d.end, d.date, d.date_end, d.forum, d.dnr_key, d.title,
       coalesce(d.addressed_to, '') || char(10) || coalesce(d.organisation, '')
FROM documents d WHERE d.same_as IS NULL;

-- ── views of coverage: what there is, and how well it was read ───────────────────────────────────────────────────────────────────
-- Shares are of the words. `quality` is the share that is probably right as shown; null where that is not known (damaged text that nothing
-- has read again) or there are no words.

CREATE VIEW page_quality_list AS
SELECT s.path AS source, p.number AS page, p.label, p.words, p.damaged, p.unsure,
       CASE WHEN s.language IS NULL AND EXISTS (SELECT 1 FROM documents d WHERE d.source_id = p.source_id AND d.damaged AND d.start < p.end AND p.start < d.end)
            THEN NULL ELSE round(1 - p.unsure / nullif(p.words, 0), 4) END AS quality,
       (SELECT d.id FROM documents d WHERE d.source_id = p.source_id AND d.start < p.end AND p.start < d.end ORDER BY d.position LIMIT 1) AS document_id
FROM pages p JOIN sources s ON s.id = p.source_id;

CREATE VIEW coverage_now AS          -- one row a document; the words of a page that two documents share are divided by length
SELECT x.document_id, x.source, x.title, x.kind, x.forum, x.date, x.pages, CAST(round(x.words) AS INTEGER) AS words,
       round(x.wrong / nullif(x.words, 0), 4) AS damaged_share,
       (SELECT count(*) FROM corrections c WHERE c.document_id = x.document_id) AS corrections, round(x.unsure / nullif(x.words, 0), 4) AS unsure_share,
       CASE WHEN x.damaged AND x.language IS NULL THEN NULL ELSE round(1 - x.unsure / nullif(x.words, 0), 4) END AS quality,
       (SELECT count(*) FROM corrections c WHERE c.document_id = x.document_id AND c.kind = 'person') AS by_people,
       (SELECT count(*) FROM problems q WHERE q.document_id = x.document_id) AS problems, x.damaged
FROM (
    SELECT document_id, source, title, kind, forum, date, pages, damaged, language,
           coalesce(sum(share * page_words), 0) AS words, coalesce(sum(share * page_wrong), 0) AS wrong, coalesce(sum(share * page_unsure), 0) AS unsure
    FROM (
        SELECT d.id AS document_id, s.path AS source, d.title, d.kind, d.forum, d.date, d.last_page - d.first_page + 1 AS pages, d.damaged, s.language,
               (min(p.end, d.end) - max(p.start, d.start)) * 1.0
               / max(1, (SELECT sum(min(p.end, e.end) - max(p.start, e.start)) FROM documents e
                         WHERE e.source_id = p.source_id AND e.start < p.end AND p.start < e.end)) AS share,
               p.words AS page_words, p.damaged AS page_wrong, p.unsure AS page_unsure
        FROM documents d JOIN sources s ON s.id = d.source_id
        LEFT JOIN pages p ON p.source_id = d.source_id AND p.start < d.end AND d.start < p.end
    ) GROUP BY document_id
) x;

CREATE VIEW forum_years_now AS       -- a forum of an organisation and a year, null where not known: its documents, and the numbers of the §§ recorded here
SELECT organisation, forum, year, sum(documents) AS documents, count(DISTINCT number) AS paragraphs, min(number) AS first_paragraph,
       max(number) AS last_paragraph, max(number) - min(number) + 1 - count(DISTINCT number) AS missing
FROM (
    SELECT organisation, forum, substr(date, 1, 4) AS year, 1 AS documents, NULL AS number FROM documents
    UNION ALL
    SELECT d.organisation, p.forum, substr(p.date, 1, 4), 0, nullif(CAST(p.number AS INTEGER), 0)
    FROM paragraphs p JOIN documents d ON d.id = p.document_id WHERE p.own = 1 AND p.forum IS NOT NULL
) GROUP BY organisation, forum, year;

CREATE VIEW coverage AS              -- as `finish` left it
SELECT document_id, source, title, kind, forum, date, pages, words, damaged_share, corrections, unsure_share, quality, by_people, problems, damaged
FROM document_readings;

CREATE VIEW forum_year_list AS       -- as `finish` left it
SELECT organisation, forum, year, documents, paragraphs, first_paragraph, last_paragraph, missing FROM forum_years;

CREATE VIEW coverage_numbers AS      -- one row: how much there is to read, and how well it was read
SELECT (SELECT count(*) FROM sources) AS sources, (SELECT count(*) FROM documents) AS documents, count(*) AS pages, coalesce(sum(words), 0) AS words,
       round(sum(damaged) / nullif(sum(words), 0), 4) AS damaged_share, (SELECT count(*) FROM corrections) AS corrections,
       round(1 - sum(CASE WHEN quality IS NOT NULL THEN unsure END) / nullif(sum(CASE WHEN quality IS NOT NULL THEN words END), 0), 4) AS quality,
       count(*) - count(quality) AS unknown_pages
FROM page_quality_list;

CREATE VIEW problem_kind_list AS     -- a kind of doubt, and how many there are of it
SELECT kind, count(*) AS problems, count(DISTINCT source_id) AS sources FROM problems GROUP BY kind;

-- ── views behind the pages of kb/web ─────────────────────────────────────────────────────────────────────────────────────────────

CREATE VIEW numbers AS               -- one row: how much there is
SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM decisions WHERE status = 'adopted' AND same_as IS NULL) AS decisions,
       (SELECT count(*) FROM diary_numbers) AS cases,
       (SELECT count(*) FROM forums f WHERE EXISTS (SELECT 1 FROM forum_mentions m WHERE m.forum = f.name)) AS forums,
       (SELECT count(*) FROM problems) AS problems;

CREATE VIEW place_list AS            -- what was read out of a document, and the passage it begins in
SELECT x.document_id, x.what, x.id, x.number, x.label, x.page, x.line, x.start,
       (SELECT p.id FROM passages p WHERE p.document_id = x.document_id AND p.start <= x.start ORDER BY p.position DESC LIMIT 1) AS passage_id
FROM (
    SELECT document_id, 'paragraph' AS what, id, number, heading AS label, page, line, start FROM paragraphs WHERE own = 1
    UNION ALL
    SELECT document_id, status, id, NULL, (SELECT text FROM points WHERE decision_id = b.id ORDER BY position LIMIT 1), page, line, start FROM decisions b
    UNION ALL
    SELECT document_id, 'agreement', id, NULL, title, page, line, start FROM agreements
) x;

CREATE VIEW decision_words AS        -- a decision as its source words it, and where it begins
SELECT b.id AS decision_id, substr(s.text, b.start + 1, b.end - b.start) AS words,
       (SELECT p.id FROM passages p WHERE p.document_id = b.document_id AND p.start <= b.start ORDER BY p.position DESC LIMIT 1) AS passage_id
FROM decisions b JOIN documents d ON d.id = b.document_id JOIN sources s ON s.id = d.source_id;

CREATE VIEW forum_case_list AS       -- the cases a forum has recorded, decided in, been asked to decide in or given a task in; a row for each time
SELECT x.forum, n.dnr, n.key, n.organisation AS case_of, x.date,
       coalesce((SELECT d.title FROM documents d WHERE d.dnr_key = n.key AND NOT EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = d.id AND q.own = 1 AND q.dnr_key = n.key)
                 ORDER BY d.date, d.id LIMIT 1),   -- of a record of §§ the title says nothing of the case
                (SELECT p.heading FROM paragraphs p WHERE p.dnr_key = n.key AND p.heading <> '' ORDER BY p.own DESC, p.date, p.id LIMIT 1),
                (SELECT d.title FROM documents d WHERE d.dnr_key = n.key ORDER BY d.date, d.id LIMIT 1)) AS title
FROM (
    SELECT forum, dnr_key, date FROM paragraphs UNION ALL SELECT decided_by, dnr_key, date FROM decisions
    UNION ALL SELECT addressed_to, dnr_key, date FROM decisions UNION ALL SELECT forum, dnr_key, date FROM documents
    UNION ALL SELECT addressed_to, dnr_key, date FROM documents
    UNION ALL SELECT a.given_to, a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.kind <> 'standing'
    UNION ALL SELECT a.given_by, a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.kind <> 'standing'
) x JOIN diary_numbers n ON n.key = x.dnr_key;

CREATE VIEW section_list AS          -- the records of a §, the one that counts first, and the passage each begins in
SELECT coalesce(p.same_as, p.id) AS section, p.id, p.document_id, d.title, d.kind, s.path AS source, p.number, p.forum, p.date, p.date_end, p.heading, n.dnr,
       n.organisation AS case_of, d.organisation, p.same_as IS NULL AS counts, p.page, p.line,
       (SELECT q.id FROM passages q WHERE q.document_id = p.document_id AND q.start <= p.start ORDER BY q.position DESC LIMIT 1) AS passage_id
FROM paragraphs p JOIN documents d ON d.id = p.document_id JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = p.dnr_key
WHERE p.own = 1;

CREATE VIEW cited_by_list AS         -- where other §§ and papers refer to a §
SELECT c.target AS section, c.relation, c.document_id, d.title, d.kind, d.date AS document_date, coalesce(p.same_as, p.id) AS citing, p.number, p.forum, p.date,
       p.heading, c.page, c.line,
       (SELECT q.id FROM passages q WHERE q.document_id = c.document_id AND q.start <= c.start ORDER BY q.position DESC LIMIT 1) AS passage_id
FROM citations c JOIN documents d ON d.id = c.document_id LEFT JOIN paragraphs p ON p.id = c.paragraph_id
WHERE c.target IS NOT NULL AND c.target <> coalesce(p.same_as, p.id, '') AND d.same_as IS NULL;

CREATE VIEW forum_relation_list AS
SELECT r.forum, r.relation, r.other, f.slug AS forum_slug, o.slug AS other_slug
FROM forum_relations r JOIN forums f ON f.name = r.forum JOIN forums o ON o.name = r.other;

CREATE VIEW original_list AS         -- the archived file behind a document
SELECT d.id AS document_id, s.path, s.sha256, s.format, s.encoding, s.size, s.properties FROM documents d JOIN sources s ON s.id = d.source_id;

-- ── views behind the pages of a case, the arenas, the newcomer, tasks and agreements ─────────────────────────────────────────────

CREATE VIEW case_step_list AS        -- a step of a case as its page tells it: with its §, whom it goes to, and the passage it begins in
SELECT t.dnr, t.date, t.event, t.forum, t.text, t.document_id, t.source, t.page, t.line, t.ref, t.key, t.start, t.also, t.other_dnr, t.organisation, t.case_of, t.other_of,
       t.unsure, t.retold, t.placed, (SELECT r.forum FROM retold_list r WHERE r.decision_id = t.ref) AS told_by,
       (SELECT r.date FROM retold_list r WHERE r.decision_id = t.ref) AS told_date,
       (SELECT p.id FROM passages p WHERE p.document_id = t.document_id AND p.start <= t.start ORDER BY p.position DESC LIMIT 1) AS passage_id,
       coalesce(b.paragraph, g.number) AS paragraph, coalesce(b.paragraph_id, g.id) AS paragraph_id, b.addressed_to,
       r.forum AS record_forum, r.date AS record_date   -- of the § that a decision stands in, which may be another body's
FROM case_timeline t LEFT JOIN decisions b ON b.id = t.ref LEFT JOIN paragraphs g ON g.id = t.ref LEFT JOIN paragraphs r ON r.id = b.paragraph_id;

CREATE VIEW case_link_list AS        -- a § of a case that refers to another § of it, both in the record that counts
SELECT p.dnr_key AS key, coalesce(p.same_as, p.id) AS source, c.target, c.relation
FROM paragraphs p JOIN citations c ON c.paragraph_id = p.id WHERE p.own = 1 AND c.target IS NOT NULL AND c.target <> coalesce(p.same_as, p.id);

CREATE VIEW case_gap_list AS         -- what is missing in a case: proposals that nobody has answered here, §§ referred to that are not here
SELECT b.dnr_key AS key, 'answer' AS what, b.id AS ref, b.decided_by AS source, b.date AS source_date, b.addressed_to AS forum, NULL AS date, NULL AS number,
       b.paragraph_id, b.document_id, b.page, NULL AS relation
FROM decisions b
WHERE b.same_as IS NULL AND b.addressed_to IS NOT NULL AND (b.status = 'proposed' OR b.outcome LIKE 'föreslår%')
  AND NOT EXISTS (SELECT 1 FROM chains c WHERE c.proposal = b.id)
UNION ALL
SELECT p.dnr_key, 'paragraph', c.id, p.forum, p.date, c.forum, c.date, c.number, coalesce(p.same_as, p.id), c.document_id, c.page, c.relation
FROM paragraphs p JOIN citations c ON c.paragraph_id = p.id
WHERE p.own = 1 AND p.same_as IS NULL AND c.kind = 'paragraf' AND c.state = 'open' AND c.forum IS NOT NULL AND c.date IS NOT NULL
UNION ALL
SELECT d.dnr_key, 'paragraph', c.id, coalesce(d.forum, d.kind), d.date, c.forum, c.date, c.number, NULL, c.document_id, c.page, c.relation
FROM documents d JOIN citations c ON c.document_id = d.id   -- a paper of the case that has no §§ of its own, as an agreement
WHERE d.same_as IS NULL AND c.paragraph_id IS NULL AND c.kind = 'paragraf' AND c.state = 'open' AND c.forum IS NOT NULL AND c.date IS NOT NULL;

CREATE VIEW case_relation_list AS    -- cases that speak of one another; `other` is in the papers and §§ of `key` (forward), or the other way round
SELECT x.key, x.forward, n.key AS other, n.dnr, n.organisation AS case_of,
       coalesce((SELECT d.title FROM documents d WHERE d.dnr_key = n.key AND NOT EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = d.id AND q.own = 1 AND q.dnr_key = n.key)
                 ORDER BY d.date, d.id LIMIT 1),   -- of a record of §§ the title says nothing of the case
                (SELECT p.heading FROM paragraphs p WHERE p.dnr_key = n.key AND p.heading <> '' ORDER BY p.own DESC, p.date, p.id LIMIT 1),
                (SELECT d.title FROM documents d WHERE d.dnr_key = n.key ORDER BY d.date, d.id LIMIT 1)) AS title
FROM (
    SELECT d.dnr_key AS key, 1 AS forward, m.key AS other FROM documents d JOIN dnr_mentions m ON m.document_id = d.id WHERE m.key <> d.dnr_key
    UNION ALL
    SELECT p.dnr_key, 1, m.key FROM paragraphs p JOIN dnr_mentions m ON m.document_id = p.document_id AND m.start BETWEEN p.start AND p.end
    WHERE p.own = 1 AND m.key <> p.dnr_key
    UNION ALL
    SELECT m.key, 0, d.dnr_key FROM dnr_mentions m JOIN documents d ON d.id = m.document_id WHERE d.dnr_key <> m.key
    UNION ALL
    SELECT m.key, 0, p.dnr_key FROM dnr_mentions m JOIN paragraphs p ON p.document_id = m.document_id AND p.own = 1 AND m.start BETWEEN p.start AND p.end
    WHERE p.dnr_key <> m.key
) x JOIN diary_numbers n ON n.key = x.other;

CREATE VIEW forum_area_list AS       -- areas that forums which papers name work in
SELECT a.area, a.slug, a.position, a.forum FROM forum_areas a WHERE EXISTS (SELECT 1 FROM forum_papers m WHERE m.forum = a.forum);

CREATE VIEW forum_flow_list AS       -- how many proposals of a forum were decided on by another, as the papers tell
SELECT p.decided_by AS forum, a.decided_by AS other, count(*) AS proposals, max(a.date) AS latest
FROM chains c JOIN decisions p ON p.id = c.proposal JOIN decisions a ON a.id = c.adopted
WHERE p.decided_by IN (SELECT name FROM forums) AND a.decided_by IN (SELECT name FROM forums) AND p.decided_by <> a.decided_by
GROUP BY p.decided_by, a.decided_by;

CREATE VIEW forum_paper_list AS      -- papers that name a forum, and how often; `own`: the forum's own
SELECT m.forum, d.id, d.title, d.kind, m.date, coalesce(d.forum = m.forum, 0) AS own, m.mentions, d.organisation
FROM forum_papers m JOIN documents d ON d.id = m.document_id WHERE d.same_as IS NULL;

CREATE VIEW forum_case_keys AS       -- the same as forum_case_list without titles, which are dear where there are many
SELECT forum, dnr_key AS key, date FROM paragraphs WHERE dnr_key IS NOT NULL UNION ALL
SELECT decided_by, dnr_key, date FROM decisions WHERE dnr_key IS NOT NULL UNION ALL
SELECT addressed_to, dnr_key, date FROM decisions WHERE dnr_key IS NOT NULL UNION ALL
SELECT forum, dnr_key, date FROM documents WHERE dnr_key IS NOT NULL UNION ALL
SELECT addressed_to, dnr_key, date FROM documents WHERE dnr_key IS NOT NULL UNION ALL
SELECT a.given_to, a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.kind <> 'standing' AND a.dnr_key IS NOT NULL UNION ALL
SELECT a.given_by, a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.kind <> 'standing' AND a.dnr_key IS NOT NULL;

CREATE VIEW document_words AS        -- about how many words a document has to read
SELECT d.id AS document_id,
       (SELECT coalesce(sum(length(p.text) - length(replace(p.text, ' ', '')) + 1), 0) FROM passages p WHERE p.document_id = d.id) AS words
FROM documents d;

CREATE VIEW forum_deed_list AS       -- what a forum does, as the papers tell: decisions of its own, and proposals to others
SELECT decided_by AS forum, CASE WHEN status = 'proposed' OR outcome LIKE 'föreslår%' THEN 'proposal' ELSE 'decision' END AS deed,
       CASE WHEN status = 'proposed' OR outcome LIKE 'föreslår%' THEN addressed_to END AS other, count(*) AS times, max(date) AS latest
FROM decisions WHERE same_as IS NULL AND status <> 'narrated' AND decided_by IS NOT NULL GROUP BY 1, 2, 3;

CREATE VIEW organisation_deed_list AS   -- the same of the bodies of one municipality or region, of several that have one of that name
SELECT b.decided_by AS forum, CASE WHEN b.status = 'proposed' OR b.outcome LIKE 'föreslår%' THEN 'proposal' ELSE 'decision' END AS deed,
       CASE WHEN b.status = 'proposed' OR b.outcome LIKE 'föreslår%' THEN b.addressed_to END AS other, count(*) AS times, max(b.date) AS latest, d.organisation
FROM decisions b JOIN documents d ON d.id = b.document_id
WHERE b.same_as IS NULL AND b.status <> 'narrated' AND b.decided_by IS NOT NULL GROUP BY 1, 2, 3, 6;

CREATE VIEW meeting_year_list AS     -- on how many days a forum has met in a year, as the papers here tell; of several municipalities, whose it is
SELECT m.forum, d.organisation, substr(m.date, 1, 4) AS year, count(DISTINCT m.date) AS days, max(m.date) AS latest
FROM meetings m JOIN documents d ON d.id = m.document_id WHERE m.date IS NOT NULL GROUP BY m.forum, d.organisation, substr(m.date, 1, 4);


CREATE VIEW standing_list AS         -- the standing assignments of each version of an agreement, or of a report on it
SELECT a.id, a.name, a.key, a.area, a.version, a.document_id, d.title, a.page
FROM assignments a JOIN documents d ON d.id = a.document_id
WHERE a.kind = 'standing' AND a.change IS NULL AND a.version IS NOT NULL AND a.key IS NOT NULL AND d.same_as IS NULL;

CREATE VIEW forum_choice_list AS     -- forums that papers name, to choose among
SELECT f.name AS forum, f.slug, f.registered FROM forums f WHERE EXISTS (SELECT 1 FROM forum_papers m WHERE m.forum = f.name);
