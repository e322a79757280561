package endpoint

import "context"

// Warm signs further connections in ahead of their use, n at most and no more than may be open, so that
// whoever needs one need not wait for that. It returns at once; what cannot be had is not an error.
// AfterLogin must have come before.
func (e *Endpoint) Warm(ctx context.Context, n int) {
	for range n {
		if !e.pool.spare() {
			return
		}
		go func() {
			defer e.pool.warmed()
			c, err := e.dialPooled(ctx)
			if err == nil {
				e.Put(c)
				return
			}
			e.extraRefused(ctx, err)
		}()
	}
}
