"""WeChat's nouns and the rules about them: values in, values out, no I/O."""
