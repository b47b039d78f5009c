// Package cluster tests deploy/kubernetes: what its overlays say, and what a real control plane makes of them.
//
// It is a module of its own, since it needs the programs of Kubernetes, which no user of goweb does: make
// test-kubernetes builds and runs it.
package cluster
