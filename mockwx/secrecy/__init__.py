"""Secrets kept from view: by their names, and real ones by their looks.

`named` shortens what stands under a secret's name, `looks` tells what no mock has made,
`lookout` warns of it once, in the words of `words`; `harmless` is for whatever else
came from outside and is shown.
"""
