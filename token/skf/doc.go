// Package skf drives Chinese UKeys through their makers' GM/T 0016 (SKF) libraries, without cgo.
//
// # Libraries
//
// The library is a shared object of the token's maker. [Open] loads it and binds its functions; those that this package can do
// without may be missing. A fault inside the library ends the process, so a station runs this driver in a helper process. Calls into
// the library are made one at a time: few makers' libraries are safe for two threads.
//
// # Dialects
//
// The standard's ULONG is 32 bits wide; on Linux many libraries were built with unsigned long, which has 64. Structures are packed or
// not, handles are pointers or integers. What a library does is found out by its answers ([Dialect]) unless the profile says it. Every
// buffer handed over is longer than the library is told and guarded behind: a library that writes too far is TokenDamaged, and what
// it wrote is not believed.
//
// # Tokens
//
// A token is known by the serial of its DEVINFO. It is initialised where it holds an application; the job's label is the device label.
// A token without any application has the maker's SO PIN, which nothing on it can check: the profile's so_pin.factory is what
// Initialise compares with. One application belongs to this counter (profile: skf.application, else CERTDESK, else the first that is
// there); what other applications hold is listed as APPLICATION/CONTAINER so that it is seen before it is erased, and cannot be
// reached otherwise.
//
// # Keys
//
// SM2 only. e = SM3(Z ‖ M) is computed here (GB/T 32918.2, 5.5) and the token signs e. An enveloped pair (GB/T 35276) is put into the
// token's own structure field by field; the station never opens it. The token alone can tell whether an envelope was made for its
// signing key; one that takes a foreign envelope without a word is found out by ProveEncryption and by nothing else.
package skf
