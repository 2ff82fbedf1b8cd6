#pragma once
#include <string>

#include "app/commands.h"
#include "backup/create.h"
#include "backup/folder.h"
#include "base/result.h"
#include "config/config.h"

// What the commands about backups share.
namespace app {

// The folder of backups; the error says that none is named.
base::Result<std::string> backup_folder(const BackupOptions&);

// Whether they are a server's, which is asked; and the commands then.
bool is_of_server(const BackupOptions&);
int create_backup_at(const BackupOptions&);
int list_backups_at(const BackupOptions&);
int verify_backups_at(const BackupOptions&);
int prune_backups_at(const BackupOptions&);

void print_pruned(const backup::Pruned&, bool dry);

backup::Keep keep_of(const config::BackupConfig&);

}  // namespace app
