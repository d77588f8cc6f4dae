"""Who decides: rung systems, and the schedulers built on them."""
