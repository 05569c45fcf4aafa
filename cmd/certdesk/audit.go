package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/audit"
)

func (c *cli) auditCommand() *cobra.Command {
	cmd := c.group("audit", "the audit chain")
	cmd.AddCommand(&cobra.Command{Use: "verify", Short: "verify the whole chain; needs no key and no line", Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.auditVerify(ctx) })})
	return cmd
}

// auditVerify walks the chain, and holds the key it is signed with against the fingerprint kept outside the folder.
func (c *cli) auditVerify(ctx context.Context) error {
	o, err := c.there()
	if err != nil {
		return err
	}
	s, err := db.OpenReadOnly(ctx, db.Config{Dir: o.Dir, Env: o.Env})
	if err != nil {
		return err
	}
	defer s.Close()
	report, err := s.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	pin, err := db.AuditPin(o.Key())
	pinned := err == nil && pin != ""
	if pinned && pin != audit.Fingerprint(s.AuditKey()) {
		return service.E(service.AuditBroken, "audit.verify", service.Args{"seq": "1", "reason": "key"}, nil)
	}
	line := service.T(fmt.Sprintf("审计链完好：%d 条，链头 %s", report.Rows, report.Head), fmt.Sprintf("the chain holds: %d rows, head %s", report.Rows, report.Head))
	note := service.T("签名公钥与数据密钥文件所记一致", "signed under the key that the data key file names")
	if !pinned {
		note = service.T("注意：读不到数据密钥文件，未能核对签名公钥", "note: no data key file to hold the signing key against")
	}
	return c.print(map[string]any{"rows": report.Rows, "head": report.Head, "anchored": report.Anchored, "unanchored": report.Unanchored, "keyPinned": pinned},
		line.In(c.language()), note.In(c.language()))
}
