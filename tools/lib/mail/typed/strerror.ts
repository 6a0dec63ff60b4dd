// SPDX-License-Identifier: GPL-2.0-only

/** Errors as the C library calls them, as a shell prints them. */
export const STRERROR: Readonly<Record<string, string>> = {
	"device or resource busy": "EBUSY", "invalid argument": "EINVAL",
	"no such device": "ENODEV",
	"address already in use": "EADDRINUSE", "cannot assign requested address": "EADDRNOTAVAIL",
	"permission denied": "EACCES", "operation not permitted": "EPERM", "file exists": "EEXIST",
	"cannot allocate memory": "ENOMEM", "no such file or directory": "ENOENT",
	"resource temporarily unavailable": "EAGAIN", "numerical result out of range": "ERANGE",
	"operation not supported": "EOPNOTSUPP", "input/output error": "EIO",
	"no space left on device": "ENOSPC",
	/* as others than the English call them */
	"das gerät oder die ressource ist belegt": "EBUSY",
	"die angeforderte adresse kann nicht zugewiesen werden": "EADDRNOTAVAIL",
	"die adresse wird bereits verwendet": "EADDRINUSE",
	"das argument ist ungültig": "EINVAL", "kein passendes gerät gefunden": "ENODEV",
	"périphérique ou ressource occupé": "EBUSY", "argument invalide": "EINVAL",
	"adresse déjà utilisée": "EADDRINUSE",
	/* as Node.js calls them */
	"resource busy or locked": "EBUSY", "address not available": "EADDRNOTAVAIL",
};
