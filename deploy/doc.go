// Package deploy holds the Dockerfile, the compose file and the unit files with which the programs are run, and, as
// tests, the proof that they work: every image is built, measured, run, stopped, killed and upgraded. It has no code
// of its own. `make test-images` runs the tests; they need Docker's engine.
package deploy
