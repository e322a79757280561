package server

import (
	"crypto/subtle"
	"strings"
	"sync"
)

// Memory is a [Store] in memory. Its methods may be called concurrently.
type Memory struct {
	mu     sync.Mutex // protects users
	users  map[string]*memoryUser
	master map[string]string
}

type memoryUser struct {
	password string
	account  *MemoryAccount
}

// NewMemory makes a store without users.
func NewMemory() *Memory {
	return &Memory{users: map[string]*memoryUser{}, master: map[string]string{}}
}

// AddUser makes an account that holds an empty INBOX. An existing user gets the new password and
// keeps the account.
func (m *Memory) AddUser(name, password string) *MemoryAccount {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u := m.users[name]; u != nil {
		u.password = password
		return u.account
	}
	u := &memoryUser{password, newMemoryAccount()}
	m.users[name] = u
	return u.account
}

// AddMaster lets the holder of a password act as any user, by the authorization identity of SASL PLAIN.
func (m *Memory) AddMaster(name, password string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.master[name] = password
}

// Login implements Store.
func (m *Memory) Login(as, user, password string) (Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if u := m.users[user]; u != nil && (as == "" || as == user) && same(u.password, password) {
		return u.account, nil
	}
	if want, ok := m.master[user]; ok && m.users[as] != nil && same(want, password) {
		return m.users[as].account, nil
	}
	return nil, ErrCredentials
}

// Open implements Store.
func (m *Memory) Open(user string) (Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u := m.users[user]; u != nil {
		return u.account, nil
	}
	return nil, &Refusal{"", "Unknown user " + strings.ToValidUTF8(user, "?")}
}
