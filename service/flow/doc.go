// Package flow runs a case's steps. A business is a Definition: data plus pure functions. Its steps either ask the clerk, through
// a closed set of prompts that one page renders, or act on a token or the CA. The journal holds a started row before each machine
// step and a done row after it; after a crash the step's Reconcile asks what really happened before anything is repeated.
package flow
