"""A first backend file and a first story, made of answers or of a description."""
