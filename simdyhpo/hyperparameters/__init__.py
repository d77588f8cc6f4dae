"""What was varied: columns of hyperparameters, configurations, and the space that they lie in."""
