"""The paper's figures, Syne Tune's and ours: from a study's stored cells to pictures and numbers."""
