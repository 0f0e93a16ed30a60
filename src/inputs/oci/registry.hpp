// SPDX-License-Identifier: Apache-2.0
//
// One repository of one registry, read over the OCI distribution protocol: https, and http only on the
// loopback interface or where the user's own mirrors say so. Never changes anything there. What is named by a
// digest has been compared with it before it is returned; a layer is the exception, which its caller checks.
#pragma once

#include <string>
#include <vector>

#include "contract/core/lock.hpp"
#include "manifest.hpp"
#include "reference.hpp"
#include "session.hpp"

namespace contract::inputs {

class Registry {
public:
    Registry(Reference reference, const Context& context)
        : reference_(std::move(reference)), context_(context), session_(reference_.repository, context) {}

    struct Document {
        std::string bytes;
        Digest digest;
    };

    // Errors: those of net; ref-missing (no such tag, with the closest one), pin-unreachable (nothing with
    // that digest), not-authorised, hash-mismatch, bad-image (larger than it may be).
    Result<Document> manifest();  // what the reference means: its digest, else its tag
    Result<Document> manifest(const Descriptor& wanted);
    Result<std::string> configuration(const Descriptor& wanted);
    // Into `path`, continuing what is there. May be called from several threads. More than the layer's size
    // is hash-mismatch; what came is not compared with anything else.
    Result<> download(const core::LockedLayer& layer, const std::string& path,
                      const std::function<bool()>& interrupted);

    std::string blob_url(const Digest& digest) const;
    const Reference& reference() const { return reference_; }

private:
    std::string url(const std::string& rest) const;
    Result<net::Response> get_manifest(const std::string& name);
    Error tag_missing(const Error& error);
    Error gone(const Digest& digest, const Error& error) const;

    Reference reference_;
    const Context& context_;
    Session session_;
};

// For content that is not what its digest says.
Error wrong_content(const std::string& what, const Digest& wanted, const Digest& got, const std::string& url);

}  // namespace contract::inputs
