// SPDX-License-Identifier: Apache-2.0
//
// libgit2 as a table of function pointers, opened when first used: linking it costs every command 18 shared
// objects, and starting it parses the certificate bundle of the system (5-12 ms). Types come from libgit2's
// own header, so a wrong call does not compile. Nothing here may name a libgit2 function directly.
#pragma once

#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/stream.h>
#include <git2/sys/transport.h>

#include <memory>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::git {

#define CONTRACT_GIT_FUNCTIONS(X)            \
    X(git_attr_get)                          \
    X(git_attr_value)                        \
    X(git_blob_free)                         \
    X(git_blob_lookup)                       \
    X(git_blob_rawcontent)                   \
    X(git_blob_rawsize)                      \
    X(git_buf_dispose)                       \
    X(git_commit_committer)                  \
    X(git_commit_free)                       \
    X(git_commit_lookup)                     \
    X(git_commit_parent_id)                  \
    X(git_commit_parentcount)                \
    X(git_commit_summary)                    \
    X(git_commit_tree)                       \
    X(git_credential_userpass_plaintext_new) \
    X(git_error_last)                        \
    X(git_error_set_str)                     \
    X(git_filter_list_apply_to_buffer)       \
    X(git_filter_list_free)                  \
    X(git_filter_list_load)                  \
    X(git_index_entrycount)                  \
    X(git_index_free)                        \
    X(git_index_get_byindex)                 \
    X(git_index_path)                        \
    X(git_index_read)                        \
    X(git_libgit2_init)                      \
    X(git_libgit2_version)                   \
    X(git_object_free)                       \
    X(git_object_id)                         \
    X(git_odb_free)                          \
    X(git_odb_write_pack)                    \
    X(git_oid_fromstr)                       \
    X(git_oid_tostr)                         \
    X(git_reference_free)                    \
    X(git_reference_iterator_free)           \
    X(git_reference_iterator_new)            \
    X(git_reference_lookup)                  \
    X(git_reference_name)                    \
    X(git_reference_name_is_valid)           \
    X(git_reference_next)                    \
    X(git_reference_peel)                    \
    X(git_remote_connect_ext)                \
    X(git_remote_connect_options_init)       \
    X(git_remote_create_options_init)        \
    X(git_remote_create_with_opts)           \
    X(git_remote_fetch)                      \
    X(git_remote_free)                       \
    X(git_remote_ls)                         \
    X(git_repository_free)                   \
    X(git_repository_head)                   \
    X(git_repository_index)                  \
    X(git_repository_init)                   \
    X(git_repository_odb)                    \
    X(git_repository_open_ext)               \
    X(git_repository_path)                   \
    X(git_repository_workdir)                \
    X(git_revwalk_free)                      \
    X(git_revwalk_hide)                      \
    X(git_revwalk_new)                       \
    X(git_revwalk_next)                      \
    X(git_revwalk_push)                      \
    X(git_revwalk_sorting)                   \
    X(git_smart_subtransport_http)           \
    X(git_stream_register)                   \
    X(git_transport_smart)                   \
    X(git_tree_entry_byindex)                \
    X(git_tree_entry_bypath)                 \
    X(git_tree_entry_filemode)               \
    X(git_tree_entry_free)                   \
    X(git_tree_entry_id)                     \
    X(git_tree_entry_name)                   \
    X(git_tree_entrycount)                   \
    X(git_tree_free)                         \
    X(git_tree_lookup)

struct Library {
#define CONTRACT_GIT_POINTER(name) decltype(&::name) name = nullptr;
    CONTRACT_GIT_FUNCTIONS(CONTRACT_GIT_POINTER)
#undef CONTRACT_GIT_POINTER
};

// Opens and starts libgit2 once in the life of the process. Error system, which names the Debian package,
// when it is not there or is not one we know.
Result<const Library*> library();

// The table, for code that holds an object of libgit2 and so knows that it is open.
const Library& git();

// What libgit2 said about the last failure of this thread; harmless to print, never empty.
std::string last_message();

// Owns one object of libgit2, freed by `Free`.
template <typename T, auto Library::*Free>
struct Freed {
    void operator()(T* object) const { (git().*Free)(object); }
};
template <typename T, auto Library::*Free>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

using OwnedRepository = Owned<git_repository, &Library::git_repository_free>;
using OwnedReference = Owned<git_reference, &Library::git_reference_free>;
using OwnedReferences = Owned<git_reference_iterator, &Library::git_reference_iterator_free>;
using OwnedObject = Owned<git_object, &Library::git_object_free>;
using OwnedCommit = Owned<git_commit, &Library::git_commit_free>;
using OwnedTree = Owned<git_tree, &Library::git_tree_free>;
using OwnedTreeEntry = Owned<git_tree_entry, &Library::git_tree_entry_free>;
using OwnedBlob = Owned<git_blob, &Library::git_blob_free>;
using OwnedIndex = Owned<git_index, &Library::git_index_free>;
using OwnedFilters = Owned<git_filter_list, &Library::git_filter_list_free>;
using OwnedWalk = Owned<git_revwalk, &Library::git_revwalk_free>;
using OwnedOdb = Owned<git_odb, &Library::git_odb_free>;
using OwnedRemote = Owned<git_remote, &Library::git_remote_free>;

// "40 hex digits" of an id.
std::string text_of(const git_oid& id);
// False when `text` is not 40 hex digits.
bool parse_id(std::string_view text, git_oid& id);

}  // namespace contract::git
