package mailbox

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// QuestionKind is what a listener has to ask the user about.
type QuestionKind string

// The kinds of questions.
const (
	PairQuestion QuestionKind = "pair" // is the code on the other side's screen the same?
	FileQuestion QuestionKind = "file" // may this file be stored?
)

// Question is a question that the listener asks the user, who may answer it in the listener's terminal or from another
// process.
type Question struct {
	Number  int64
	Kind    QuestionKind
	Name    string // what the other side calls itself
	Address string // where it is
	Detail  string // the code, or the file's name and size
}

// Ask puts a question and waits for its answer; asked, when set, is told once it can be answered. A question is
// withdrawn when ctx ends.
func (b *Mailbox) Ask(ctx context.Context, q Question, asked func(Question)) (yes bool, err error) {
	row := questionRow{
		Kind: string(q.Kind), Name: q.Name, Address: q.Address, Detail: q.Detail, AskedAt: time.Now().UnixMicro(),
	}
	if _, err := b.db.NewInsert().Model(&row).ExcludeColumn("number").Returning("number").Exec(ctx); err != nil {
		return false, fmt.Errorf("ask: %w", err)
	}
	defer func() {
		_, _ = b.db.NewDelete().Model((*questionRow)(nil)).Where("number = ?", row.Number).Exec(context.WithoutCancel(ctx))
	}()
	if q.Number = row.Number; asked != nil {
		asked(q)
	}
	const every = 200 * time.Millisecond
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		var answer string
		err := b.db.Reader.NewSelect().Model((*questionRow)(nil)).Column("answer").Where("number = ?", row.Number).Scan(
			ctx, &answer,
		)
		if err != nil {
			return false, fmt.Errorf("ask: %w", err)
		}
		if answer != "" {
			return answer == "yes", nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// Questions returns those of a kind that wait for an answer, oldest first.
func (b *Mailbox) Questions(ctx context.Context, kind QuestionKind) ([]Question, error) {
	var rows []questionRow
	err := b.db.Reader.NewSelect().Model(&rows).Where("kind = ? AND answer = ''", kind).Order("number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	all := make([]Question, len(rows))
	for i, r := range rows {
		all[i] = Question{r.Number, QuestionKind(r.Kind), r.Name, r.Address, r.Detail}
	}
	return all, nil
}

// Answer answers a question; it returns ErrNotFound if the question has been withdrawn.
func (b *Mailbox) Answer(ctx context.Context, number int64, yes bool) error {
	answer := "no"
	if yes {
		answer = "yes"
	}
	result, err := b.db.NewUpdate().Model((*questionRow)(nil)).Set("answer = ?", answer).Where("number = ?", number).Exec(
		ctx,
	)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("question: %w", ErrNotFound)
	}
	return nil
}

// WithdrawAll takes back the questions of a listener that was killed.
func (b *Mailbox) WithdrawAll(ctx context.Context) error {
	if _, err := b.db.NewDelete().Model((*questionRow)(nil)).Where("1 = 1").Exec(ctx); err != nil {
		return fmt.Errorf("withdraw questions: %w", err)
	}
	return nil
}

// questionRow is a row of the table question.
type questionRow struct {
	bun.BaseModel `bun:"table:question"`

	Number  int64  `bun:"number,pk"`
	Kind    string `bun:"kind"`
	Name    string `bun:"name"`
	Address string `bun:"address"`
	Detail  string `bun:"detail"`
	Answer  string `bun:"answer"`
	AskedAt int64  `bun:"asked_at"`
}
