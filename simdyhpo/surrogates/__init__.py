"""Who predicts learning curves: the only home of torch and gpytorch, which load when a surrogate is made."""
