"""How well the knowledge base reads, measured against what people have read by hand (a gold): precision, recall and F1 by kind of fact."""
