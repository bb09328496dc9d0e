// The script process under AddressSanitizer and UndefinedBehaviorSanitizer: the same C as in the program, with a core in
// C that says what has to be said. scripts/sanitize builds it and runs it.
//
//   harness payloads FILE…   runs every payload (Tests/Payloads) in a process of its own
//   harness allocations      has each allocation of a script process fail in turn
//   harness zygote           says whether a process for a script can be made, and in a word why not
//
// What the sanitizers report goes where the script's frames go, which is all that a script can write to.
#define _GNU_SOURCE
#include "CScript.h"
#include "frames.h"
#include "values.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORTED = 86 };

const char *__asan_default_options(void) {
  return "exitcode=86:allocator_may_return_null=1:detect_leaks=0:symbolize=0:handle_segv=0:handle_sigbus=0:"
         "quarantine_size_mb=16";
}

void __sanitizer_set_report_fd(void *descriptor);

static const unsigned char ready[] = "return { twice = function(x) return x .. x end }";
const struct script_text script_prepared[] = {
    {"ready.lua", ready, sizeof ready - 1},
    {NULL, NULL, 0},
};

// MARK: Allocations that fail

// In memory that all processes share: a script's is not ours otherwise.
static struct {
  unsigned long made, failing;
} *allocations;

// Where the stack is, which AddressSanitizer asks for wherever a function does not return; in a script's process there is
// no /proc to look it up in.
static struct {
  void *address;
  size_t size;
} stack;

int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);

int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  if (!stack.address) return __real_pthread_getattr_np(thread, attributes);
  pthread_attr_init(attributes);
  return pthread_attr_setstack(attributes, stack.address, stack.size);
}

// Linked first, and so before the zygote is made.
__attribute__((constructor(101))) static void prepare(void) {
  __sanitizer_set_report_fd((void *)(intptr_t)1);
  pthread_attr_t attributes;
  if (__real_pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &stack.address, &stack.size);
    pthread_attr_destroy(&attributes);
  }
  allocations = mmap(NULL, sizeof *allocations, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (allocations == MAP_FAILED) _exit(1);
  const char *failing = getenv("FAILING");
  if (failing) allocations->failing = strtoul(failing, NULL, 10);
}

void *__real_realloc(void *block, size_t size);

void *__wrap_realloc(void *block, size_t size) {
  allocations->made++;
  return allocations->made == allocations->failing ? NULL : __real_realloc(block, size);
}

// MARK: Frames

static unsigned char frame[SCRIPT_FRAME_MAX + 8];
static size_t frame_length;

static void begin(char kind) {
  frame_length = 4;
  frame[frame_length++] = (unsigned char)kind;
}

static void put(const void *bytes, size_t length) {
  if (length > sizeof frame - frame_length) exit(2);
  memcpy(frame + frame_length, bytes, length);
  frame_length += length;
}

static void put_byte(uint8_t byte) {
  put(&byte, 1);
}

static void put_text(const char *text, size_t length) {
  put(&(uint32_t){(uint32_t)length}, 4);
  put(text, length);
}

static void send_frame(int pipe) {
  memcpy(frame, &(uint32_t){(uint32_t)(frame_length - 4)}, 4);
  for (size_t done = 0; done < frame_length;) {
    ssize_t count = write(pipe, frame + done, frame_length - done);
    if (count <= 0) return; // it is gone; what it said is still to be read
    done += (size_t)count;
  }
}

static bool read_all(int pipe, void *bytes, size_t length, size_t *got) {
  for (*got = 0; *got < length;) {
    ssize_t count = read(pipe, (char *)bytes + *got, length - *got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    *got += (size_t)count;
  }
  return true;
}

// The text that begins at `at` of the frame that came.
static const char *text_at(size_t at, size_t *length) {
  uint32_t given = 0;
  if (at + 4 <= frame_length) memcpy(&given, frame + at, 4);
  *length = given <= frame_length - at - 4 ? given : 0;
  return (const char *)frame + at + 4;
}

// MARK: A script

struct script {
  pid_t pid;
  struct script_pipes pipes;
};

struct outcome {
  char kind;       ///< of the last frame; 0 when the process ended without one
  char name[64];   ///< of the limit
  bool began;      ///< whether a call of the host came
  bool reached;    ///< whether it found what it must not, or ran where nothing may
  int status, signal;
};

static struct script_limits limits = {
    .memory = 64 << 20, .cpu_milliseconds = 10000, .output = 64 << 10, .calls = 2000, .frame = 64 << 10,
    .depth = 16, .items = 5000,
};

static struct script start(void) {
  struct script script;
  script.pid = script_spawn(&limits, &script.pipes);
  if (script.pid < 0) {
    printf("no process: %s\n", strerror(-script.pid));
    exit(1);
  }
  fcntl(script.pipes.to_script, F_SETFL, 0);
  return script;
}

static void report(const void *first, size_t length, int pipe) {
  fwrite(first, 1, length, stdout);
  char rest[4096];
  ssize_t count;
  while ((count = read(pipe, rest, sizeof rest)) > 0) fwrite(rest, 1, (size_t)count, stdout);
}

static bool is_named(const char *name) {
  size_t length;
  const char *given = text_at(1, &length);
  return length == strlen(name) && memcmp(given, name, length) == 0;
}

static void answer_call(struct outcome *outcome) {
  outcome->began = true;
  if (is_named("host.attack.found") || is_named("host.attack.after")) outcome->reached = true;
  if (is_named("host.a.fails")) {
    begin(FRAME_FAIL);
    put_text("it failed", 9);
    put_text("do something else", 17);
    return;
  }
  bool is_asking = is_named("host.a.gives");
  begin(FRAME_REPLY);
  if (!is_asking) {
    put_byte(VALUE_NIL);
    return;
  }
  put_byte(VALUE_TABLE);
  put(&(uint32_t){2}, 4);
  put_text("list", 4);
  put_byte(VALUE_LIST);
  put(&(uint32_t){3}, 4);
  for (int64_t i = 0; i < 3; i++) {
    put_byte(VALUE_INTEGER);
    put(&i, 8);
  }
  put_text("text", 4);
  put_byte(VALUE_STRING);
  put_text("a text that is a little longer than the shortest are", 52);
}

// Answers what the script asks until it has come to an end of some kind.
static struct outcome converse(const struct script *script) {
  struct outcome outcome = {0};
  for (;;) {
    uint32_t length = 0;
    size_t got;
    if (!read_all(script->pipes.from_script, &length, 4, &got)) break;
    if (length == 0 || length > SCRIPT_FRAME_MAX) {
      report(&length, 4, script->pipes.from_script);
      break;
    }
    if (!read_all(script->pipes.from_script, frame, length, &got)) {
      report(frame, got, script->pipes.from_script);
      break;
    }
    frame_length = length;
    switch (frame[0]) {
    case FRAME_OUTPUT: continue;
    case FRAME_HOST: answer_call(&outcome); break;
    case FRAME_REQUIRE:
      if (is_named("ready")) {
        begin(FRAME_READY);
        put_text("ready.lua", 9);
      } else if (is_named("part")) {
        begin(FRAME_MODULE);
        put_text("part.lua", 8);
        const char *text = "local M = {} function M.twice(x) return x .. x end return M";
        put_text(text, strlen(text));
      } else {
        begin(FRAME_MISSING);
        put_text("there is no such module", 23);
      }
      break;
    default: {
      outcome.kind = (char)frame[0];
      size_t name_length;
      const char *name = text_at(1, &name_length);
      if (outcome.kind == FRAME_LIMIT) {
        snprintf(outcome.name, sizeof outcome.name, "%.*s", (int)name_length, name);
      }
      return outcome;
    }
    }
    send_frame(script->pipes.to_script);
  }
  return outcome;
}

static void finish(struct script *script, struct outcome *outcome) {
  // One that has said its last ends by itself; any other does when there is nobody left to hear it.
  close(script->pipes.to_script);
  char rest[256];
  while (read(script->pipes.from_script, rest, sizeof rest) > 0) {}
  close(script->pipes.from_script);
  struct script_end end;
  script_end(script->pid, false, &end);
  outcome->status = end.status;
  outcome->signal = end.signal;
}

static void load(const struct script *script, const char *text, size_t length) {
  begin(FRAME_LOAD);
  put_text("attack.lua", 10);
  put_text(text, length);
  send_frame(script->pipes.to_script);
}

static void call(const struct script *script, const char *function) {
  begin(FRAME_CALL);
  put_text(function, strlen(function));
  put_byte(1);
  put_byte(ARGUMENT_PROXY);
  put_text("host", 4);
  send_frame(script->pipes.to_script);
}

// MARK: Payloads

static const char before[] =
    "local tostring = tostring return { main = function(host) host.attack.begins() return (function(host, found, after) ";
static const char behind[] =
    "\nend)(host, function(x) host.attack.found(tostring(x)) end, function() host.attack.after() end) end }";

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  static char text[1 << 16];
  if (!file) return NULL;
  size_t length = fread(text, 1, sizeof text - 1, file);
  text[length] = 0;
  fclose(file);
  return text;
}

// Whether the line "-- ends: …" of a payload has these words.
static bool may_end(const char *text, const char *words) {
  const char *line = strstr(text, "-- ends: ");
  const char *at = line ? strstr(line, words) : NULL;
  return at && at < strchr(line, '\n');
}

static int run_payload(const char *path) {
  const char *text = read_file(path);
  if (!text) {
    printf("%s: %s\n", path, strerror(errno));
    return 1;
  }
  limits.cpu_milliseconds = may_end(text, "processor time") ? 500 : 20000;
  char *whole = NULL;
  int length = asprintf(&whole, "%s%s%s", before, text, behind);
  struct script script = start();
  load(&script, whole, (size_t)length);
  struct outcome outcome = converse(&script);
  if (outcome.kind == FRAME_TABLE) {
    call(&script, "main");
    outcome = converse(&script);
  }
  finish(&script, &outcome);
  free(whole);
  const char *wrong = NULL;
  if (outcome.status == REPORTED) wrong = "reported by a sanitizer";
  else if (!outcome.began) wrong = "it did not even begin";
  else if (outcome.reached) wrong = "it found what it must not";
  else if (outcome.signal && !may_end(text, "died")) wrong = "the process died";
  else if (outcome.kind == FRAME_LIMIT && !may_end(text, outcome.name)) wrong = "another limit";
  else if (outcome.kind == FRAME_DONE && !may_end(text, "value")) wrong = "it came to its end";
  else if (outcome.kind == FRAME_ERROR && !may_end(text, "error")) wrong = "an error";
  if (!wrong) return 0;
  printf("%s: %s (frame %c %s, status %d, signal %d)\n", path, wrong, outcome.kind ? outcome.kind : '-',
         outcome.name, outcome.status, outcome.signal);
  return 1;
}

// MARK: Allocations

// Something of everything that a script can have.
static const char everything[] =
    "local part = require('part')\n"
    "assert(require('ready').twice('a') == 'aa')\n"
    "local M = { name = 'x', list = { 1, 2, { deep = true } }, functions = { a = function() end } }\n"
    "local function fails() error({ message = 'in the middle' }) end\n"
    "function M.main(host)\n"
    "  local got = host.a.gives{ part.twice('ab'), 'c' }\n"
    "  local all = {}\n"
    "  for k, v in pairs(got) do all[#all + 1] = k .. tostring(v) end\n"
    "  for i = 1, 100 do all['k' .. i] = { i, function() return i end } end\n"
    "  for k in pairs(all) do all[k] = nil end\n"
    "  pcall(host.a.fails) pcall(fails) pcall(require, 'nothing') pcall(host.a.gives, { fails })\n"
    "  local co = coroutine.wrap(function(...) local x <close> = setmetatable({}, { __close = function() end })\n"
    "    coroutine.yield(...) error('in a coroutine') end)\n"
    "  co(1, 2, 3) pcall(co)\n"
    "  local f = load('local a = ... return { a, a .. \"x\", function() return a end }')\n"
    "  local text = ('%s %q %d %5.2f'):format(f('y'), 'z', 3, 1.5) .. ('x'):rep(2000)\n"
    "  text = text:gsub('x', function(c) return c .. c end):upper():sub(1, 500)\n"
    "  local words = {} for w in ('b a d c'):gmatch('%a') do words[#words + 1] = w end table.sort(words)\n"
    "  print(table.concat(words, ','), #text, utf8.char(8364), string.pack('s4', text))\n"
    "  return { text = text, words = words, { 1 } }\n"
    "end\n"
    "function M.fails(host)\n"
    "  local function deep(n) if n == 0 then host.a.fails() end return deep(n - 1) .. 'x' end\n"
    "  xpcall(deep, function(e) return e .. '!' end, 5)\n"
    "  coroutine.wrap(function() return deep(10) end)()\n"
    "end\n"
    "return M\n";

// The script's whole life, with one of its allocations failing.
static struct outcome live(unsigned long failing) {
  allocations->made = 0;
  allocations->failing = 0;
  struct script script = start();
  allocations->made = 0;
  allocations->failing = failing;
  load(&script, everything, strlen(everything));
  struct outcome outcome = converse(&script);
  if (outcome.kind == FRAME_TABLE) {
    call(&script, "main");
    outcome = converse(&script);
  }
  if (outcome.kind == FRAME_DONE) {
    call(&script, "fails");
    outcome = converse(&script);
  }
  finish(&script, &outcome);
  return outcome;
}

static int fail_allocations(void) {
  struct outcome sound = live(0);
  unsigned long count = allocations->made;
  if (sound.kind != FRAME_ERROR || sound.status != 0 || sound.signal != 0 || count < 300) {
    printf("without a failure: frame %c, status %d, signal %d, %lu allocations\n", sound.kind ? sound.kind : '-',
           sound.status, sound.signal, count);
    return 1;
  }
  int wrong = 0;
  for (unsigned long failing = 1; failing <= count; failing++) {
    struct outcome outcome = live(failing);
    bool is_clean = outcome.kind == FRAME_LIMIT && strcmp(outcome.name, SCRIPT_LIMIT_MEMORY) == 0 &&
                    outcome.status == SCRIPT_EXIT_LIMIT && outcome.signal == 0;
    if (is_clean) continue;
    printf("allocation %lu: frame %c %s, status %d, signal %d\n", failing, outcome.kind ? outcome.kind : '-',
           outcome.name, outcome.status, outcome.signal);
    wrong++;
  }
  printf("allocations: %lu failed in turn, %d without a clean error\n", count, wrong);
  return wrong > 0;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 2 && strcmp(argv[1], "allocations") == 0) return fail_allocations();
  if (argc == 2 && strcmp(argv[1], "zygote") == 0) {
    struct script script = start();
    struct outcome outcome = {0};
    finish(&script, &outcome);
    printf("%lu\n", allocations->made);
    return 0;
  }
  if (argc < 3 || strcmp(argv[1], "payloads") != 0) return 2;
  int wrong = 0;
  for (int i = 2; i < argc; i++) wrong += run_payload(argv[i]);
  printf("payloads: %d under the sanitizers, %d as they must not end\n", argc - 2, wrong);
  return wrong > 0;
}
