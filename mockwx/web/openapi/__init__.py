"""The mock described as OpenAPI 3.1: the control API, and WeChat's side."""
