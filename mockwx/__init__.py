"""WeChat login servers on your own machine."""
