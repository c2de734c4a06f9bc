#!/bin/sh
# Compiles the client into build/.
set -eu
cd "$(dirname "$0")"
javac -Xlint:all -d build *.java
