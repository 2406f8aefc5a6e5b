// Replaced by the bedside: keeps what was entered while the network is away.
"use strict";
