// SPDX-License-Identifier: Apache-2.0
//
// libarchive as a table of function pointers, opened when first used: it brings nine compressors and libxml2
// into every process that links it. Types come from libarchive's own header, so a wrong call does not
// compile. Nothing may name a libarchive function directly.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "contract/base/result.hpp"

namespace contract::inputs {

#define CONTRACT_ARCHIVE_FUNCTIONS(X)           \
    X(archive_entry_filetype)                   \
    X(archive_entry_hardlink)                   \
    X(archive_entry_pathname)                   \
    X(archive_entry_perm)                       \
    X(archive_entry_size)                       \
    X(archive_entry_size_is_set)                \
    X(archive_entry_symlink)                    \
    X(archive_error_string)                     \
    X(archive_filter_bytes)                     \
    X(archive_filter_count)                     \
    X(archive_format)                           \
    X(archive_read_data_block)                  \
    X(archive_read_data_skip)                   \
    X(archive_read_free)                        \
    X(archive_read_new)                         \
    X(archive_read_next_header)                 \
    X(archive_read_open1)                       \
    X(archive_read_set_callback_data)           \
    X(archive_read_set_read_callback)           \
    X(archive_read_set_seek_callback)           \
    X(archive_read_set_skip_callback)           \
    X(archive_read_support_filter_bzip2)        \
    X(archive_read_support_filter_compress)     \
    X(archive_read_support_filter_gzip)         \
    X(archive_read_support_filter_lz4)          \
    X(archive_read_support_filter_lzip)         \
    X(archive_read_support_filter_lzma)         \
    X(archive_read_support_filter_xz)           \
    X(archive_read_support_filter_zstd)         \
    X(archive_read_support_format_ar)           \
    X(archive_read_support_format_cpio)         \
    X(archive_read_support_format_raw)          \
    X(archive_read_support_format_tar)          \
    X(archive_read_support_format_zip_seekable) \
    X(archive_set_error)                        \
    X(archive_version_number)

struct ArchiveLibrary {
#define CONTRACT_ARCHIVE_POINTER(name) decltype(&::name) name = nullptr;
    CONTRACT_ARCHIVE_FUNCTIONS(CONTRACT_ARCHIVE_POINTER)
#undef CONTRACT_ARCHIVE_POINTER
};

// Opens libarchive once in the life of the process. Error system, which names the Debian package, when it is
// not there or is not one we know.
Result<const ArchiveLibrary*> archive_library();

}  // namespace contract::inputs
