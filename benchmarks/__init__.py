"""What `make bench` runs: ratios against alternatives in the same run, since this machine is noisy and another one is faster."""
