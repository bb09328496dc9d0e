#include "frames.h"

#include "limits.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they are");

static unsigned char outgoing[SCRIPT_FRAME_MAX + 8];
static size_t outgoing_length;
static volatile sig_atomic_t sending;

static unsigned char incoming[SCRIPT_FRAME_MAX + 8];
static size_t incoming_length, incoming_place;

void script_frame_begin(enum script_frame_kind kind) {
  outgoing_length = 4;
  script_frame_byte((uint8_t)kind);
}

void script_frame_bytes(const void *bytes, size_t length) {
  if (length > script_allowed.frame || outgoing_length + length > script_allowed.frame + 4) {
    script_breach(SCRIPT_LIMIT_FRAME);
  }
  memcpy(outgoing + outgoing_length, bytes, length);
  outgoing_length += length;
}

void script_frame_byte(uint8_t byte) {
  script_frame_bytes(&byte, 1);
}

void script_frame_number(uint32_t number) {
  script_frame_bytes(&number, sizeof number);
}

void script_frame_text(const char *text, size_t length) {
  if (length > script_allowed.frame) script_breach(SCRIPT_LIMIT_FRAME);
  script_frame_number((uint32_t)length);
  script_frame_bytes(text, length);
}

void script_frame_position(struct script_position position) {
  script_frame_text(position.file, position.file_length);
  script_frame_number(position.line > 0 ? (uint32_t)position.line : 0);
}

void script_frame_send(void) {
  uint32_t length = (uint32_t)(outgoing_length - 4);
  memcpy(outgoing, &length, sizeof length);
  sending = 1;
  size_t done = 0;
  while (done < outgoing_length) {
    ssize_t count = write(SCRIPT_OUTPUT, outgoing + done, outgoing_length - done);
    if (count > 0) {
      done += (size_t)count;
    } else if (errno != EINTR) {
      _exit(SCRIPT_EXIT_PIPE);
    }
  }
  sending = 0;
}

bool script_frame_is_sending(void) {
  return sending;
}

static void fill(size_t wanted) {
  while (incoming_length < wanted) {
    // The core sends nothing before it is answered, so no more than this frame can be there.
    ssize_t count =
        read(SCRIPT_INPUT, incoming + incoming_length, sizeof incoming - incoming_length);
    if (count > 0) {
      incoming_length += (size_t)count;
    } else if (count == 0 || errno != EINTR) {
      // The core is gone, or wants nothing more.
      _exit(SCRIPT_EXIT_DONE);
    }
  }
}

enum script_frame_kind script_frame_receive(void) {
  incoming_length = 0;
  fill(4);
  uint32_t length;
  memcpy(&length, incoming, sizeof length);
  if (length == 0 || length > SCRIPT_FRAME_MAX) _exit(SCRIPT_EXIT_PROTOCOL);
  fill(4 + (size_t)length);
  incoming_length = 4 + (size_t)length;
  incoming_place = 4;
  return (enum script_frame_kind)script_take_byte();
}

const void *script_take_bytes(size_t length) {
  if (length > incoming_length - incoming_place) _exit(SCRIPT_EXIT_PROTOCOL);
  const void *place = incoming + incoming_place;
  incoming_place += length;
  return place;
}

uint8_t script_take_byte(void) {
  return *(const uint8_t *)script_take_bytes(1);
}

uint32_t script_take_number(void) {
  uint32_t number;
  memcpy(&number, script_take_bytes(sizeof number), sizeof number);
  return number;
}

const char *script_take_text(size_t *length) {
  *length = script_take_number();
  return script_take_bytes(*length);
}
