package service

// Printing codes.
const (
	PrintFailed  Code = "print.failed"  // a paper could not be made or printed; args: what (optional)
	PrintContent Code = "print.content" // the paper's content cannot be set; args: block, reason
	PaperFolder  Code = "print.folder"  // the output folder is missing or cannot be written; args: path
	PaperDisk    Code = "print.disk"    // the output folder's disk is full; args: path
	PaperDiffers Code = "print.differs" // another paper of this name lies there already; args: path
)
