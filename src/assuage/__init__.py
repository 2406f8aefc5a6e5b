"""Plans, runs and learns from infusion therapy for refractory neuropathic pain."""

__version__ = "0.1.0"
