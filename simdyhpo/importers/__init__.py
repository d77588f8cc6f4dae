"""Published formats of learning curves, read into `CurveTable`; used by the makers in blackboxes/."""
