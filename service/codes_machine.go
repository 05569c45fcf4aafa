package service

// Codes of the machine that the station runs on.
const (
	DiskLow     Code = "disk.low"     // the data folder's disk runs full; args: path, free, need
	StoreRemote Code = "store.remote" // the data folder lies on a network drive, where the database would be damaged; args: path, kind
	StoreGone   Code = "store.gone"   // the key file belongs to a store that is not in its folder; args: path, key
	ClockBack   Code = "clock.back"   // this machine's clock stands before the last act; args: now, last
	KeyExposed  Code = "key.exposed"  // others may read the data key; args: path, mode
	FolderDemo  Code = "folder.demo"  // the folder is a demo hall's; args: path
	FolderLive  Code = "folder.live"  // the folder is a real station's: no demo runs on it; args: path
)
