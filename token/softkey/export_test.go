package softkey

// WithoutSync leaves the fsyncs out.
func WithoutSync() Option { return func(o *options) { o.disk.lax = true } }
