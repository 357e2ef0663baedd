"""WeChat's endpoints: each view is parse, call, reply."""
