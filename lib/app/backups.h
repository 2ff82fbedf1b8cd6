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

backup::Keep keep_of(const config::BackupConfig&);

}  // namespace app
