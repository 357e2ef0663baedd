"""Stories: YAML files, what they may say, and what each word does."""
