#include "CLinux.h"

#include <syslog.h>

void linux_log(const char *text) {
  openlog("alpod", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
  syslog(LOG_INFO, "%s", text);
  closelog();
}
