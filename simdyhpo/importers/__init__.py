"""Published formats of learning curves, read into `CurveTable`; for `simdyhpo blackbox` and makers."""
