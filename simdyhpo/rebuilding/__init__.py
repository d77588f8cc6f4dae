"""A stored run brought back to life: made again, rebuilt at a decision, or sent another way from there."""
