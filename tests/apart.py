"""Runs a command in a network without any other host."""

import os
import sys

from mockwx.redirection import netns


netns.leave()
os.execvp(sys.argv[1], sys.argv[1:])
