// The phases of a connection, each with an absolute deadline.
#pragma once

namespace sandyk::intake {

enum class Phase {
  silent,     ///< nothing has come yet
  waiting,    ///< for its turn to shake hands
  handshake,  ///< only from here on there is an SSL object
  headers,
  verifying,  ///< its proof of work
  body,
  working,
  writing,
  lingering,  ///< answered; so that the answer arrives before the connection ends
  closed
};

}  // namespace sandyk::intake
