package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/audit"
)

func (c *cli) auditCommand() *cobra.Command {
	cmd := c.group("audit", "the audit chain")
	head := ""
	verify := &cobra.Command{Use: "verify [--head HEX]", Short: "verify the whole chain; needs no key and no line", Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.auditVerify(ctx, head) })}
	verify.Flags().StringVar(&head, "head", "", "a head as printed on a receipt: everything up to it is then proven against the paper")
	cmd.AddCommand(verify)
	return cmd
}

// auditVerify walks the chain, and holds the key it is signed with against the fingerprint kept outside the folder.
func (c *cli) auditVerify(ctx context.Context, head string) error {
	o, err := c.there()
	if err != nil {
		return err
	}
	s, err := db.OpenReadOnly(ctx, db.Config{Dir: o.Dir, Env: o.Env})
	if err != nil {
		return err
	}
	defer s.Close()
	anchors, err := printed(ctx, s, head)
	if err != nil {
		return err
	}
	report, err := s.VerifyAudit(ctx, anchors...)
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

// printed finds the row that a printed head names; paper shows the first digits of the hash. AuditBroken (reason anchor) where the
// chain has no such row: it was written anew behind that paper.
func printed(ctx context.Context, s *db.Store, head string) ([]audit.Anchor, error) {
	head = strings.ToLower(strings.TrimRight(strings.TrimSpace(head), "…"))
	if head == "" {
		return nil, nil
	}
	if _, err := hex.DecodeString(head); err != nil || len(head) < 16 {
		return nil, usage{fmt.Errorf("--head takes at least 16 hex digits, as printed")}
	}
	for row, err := range s.AuditRows(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(hex.EncodeToString(row.Hash), head) {
			return []audit.Anchor{{Seq: row.Seq, Hash: row.Hash}}, nil
		}
	}
	return nil, service.E(service.AuditBroken, "audit.verify", service.Args{"seq": "?", "reason": "anchor"}, nil)
}
