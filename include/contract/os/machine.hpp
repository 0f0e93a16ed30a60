// SPDX-License-Identifier: Apache-2.0
//
// Facts of this machine and this process that several rooms need: system name, boot, processors, terminal.
#pragma once

#include <cstdint>
#include <string>

namespace contract::os {

std::string system_name();  // "x86_64-linux"
std::string boot_id();      // changes at every boot; empty where the kernel does not say
unsigned processor_count();
bool is_root();
bool is_terminal(int fd);
int terminal_width(int fd);    // columns; 80 when it cannot be told
int terminal_height(int fd);   // lines; 24 when it cannot be told
std::int64_t now_seconds();    // since 1970, as the clock of the machine has it
std::string home_directory();  // $HOME, else the passwd entry; empty when there is neither

// Where contract keeps its store: $CONTRACT_HOME, else /var/lib/contract for root, else
// ${XDG_DATA_HOME:-~/.local/share}/contract.
std::string contract_home();
std::string configuration_directory();  // ${XDG_CONFIG_HOME:-~/.config}/contract

}  // namespace contract::os
