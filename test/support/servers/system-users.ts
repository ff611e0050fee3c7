/** User and group "mail", which base-passwd gives the same number on every Debian. */
export const MAIL_UID = 8;
export const MAIL_GID = 8;
