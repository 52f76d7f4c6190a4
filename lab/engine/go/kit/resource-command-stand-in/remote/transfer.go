package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

// copy sends the source over a connection of its own, by SFTP.
func (c *CopyToRemoteInputs) copy(ctx context.Context) error {
	client, err := c.Connection.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	files, err := sftp.NewClient(client, sftp.UseConcurrentWrites(true))
	if err != nil {
		return err
	}
	defer files.Close()
	to := transfer{files}
	if asset := c.Source.Asset; asset != nil && asset.IsText() {
		return to.text(asset.Text, c.RemotePath)
	}
	source := c.sourcePath()
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return to.directory(source, c.RemotePath)
	}
	return to.file(source, c.RemotePath)
}

// transfer writes below one SFTP session.
type transfer struct{ files *sftp.Client }

// stat answers nil for what is not there.
func (t transfer) stat(name string) (fs.FileInfo, error) {
	info, err := t.files.Stat(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("failed to stat remote path %s: %w", name, err)
	}
	return info, nil
}

func (t transfer) text(content, target string) error {
	info, err := t.stat(target)
	if err != nil {
		return err
	}
	if info != nil && info.IsDir() {
		return fmt.Errorf(
			"remote path %s is a directory; when using a text asset, remotePath must be a file path", target)
	}
	if err := t.parents(target); err != nil {
		return err
	}
	if err := t.write(strings.NewReader(content), target); err != nil {
		return fmt.Errorf("failed to write text content to remote path %s: %w", target, err)
	}
	return nil
}

// file goes to the target, or into it if the target is a directory.
func (t transfer) file(source, target string) error {
	info, err := t.stat(target)
	if err != nil {
		return err
	}
	if info != nil && info.IsDir() {
		target = path.Join(target, filepath.Base(source))
	} else if info == nil {
		if err := t.parents(target); err != nil {
			return err
		}
	}
	return t.oneFile(source, target)
}

func (t transfer) parents(target string) error {
	if err := t.files.MkdirAll(path.Dir(target)); err != nil {
		return fmt.Errorf("failed to create parent directories for %s: %w", target, err)
	}
	return nil
}

// directory goes into the target; a trailing slash on the source means its contents only.
func (t transfer) directory(source, target string) error {
	if info, err := t.stat(target); err != nil {
		return err
	} else if info == nil {
		if err := t.files.MkdirAll(target); err != nil {
			return fmt.Errorf("failed to create remote directory %s: %w", target, err)
		}
	}
	if !strings.HasSuffix(source, "/") {
		target = path.Join(target, filepath.Base(source))
	}
	return fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return t.ensureDirectory(path.Join(target, name))
		}
		return t.oneFile(filepath.Join(source, name), path.Join(target, name))
	})
}

func (t transfer) ensureDirectory(name string) error {
	info, err := t.stat(name)
	switch {
	case err != nil:
		return err
	case info != nil && !info.IsDir():
		return fmt.Errorf("remote path %s exists but is not a directory", name)
	case info != nil:
		return nil
	}
	if err := t.files.Mkdir(name); err != nil {
		return fmt.Errorf("failed to create remote directory %s: %w", name, err)
	}
	return nil
}

func (t transfer) oneFile(source, target string) error {
	local, err := os.Open(source)
	if err != nil {
		return err
	}
	defer local.Close()
	if err := t.write(local, target); err != nil {
		return fmt.Errorf("failed to copy file %s to remote path %s: %w", source, target, err)
	}
	return nil
}

func (t transfer) write(content io.Reader, target string) error {
	remote, err := t.files.Create(target)
	if err != nil {
		return fmt.Errorf("failed to create remote file %s: %w", target, err)
	}
	defer remote.Close()
	_, err = remote.ReadFrom(content)
	return err
}
