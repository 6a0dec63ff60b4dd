/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * s390: the AP instructions and their operands, KVM, facilities, the debug feature.
 *
 * Fields of registers are laid out so that, read as a number, they are where the architecture
 * has them, whichever end this machine begins at.
 */
#ifndef ORACLE_S390_H
#define ORACLE_S390_H

#include "bitmap.h"
#include "vfio.h"

typedef unsigned int ap_qid_t;
#define AP_MKQID(card, queue)	(((card) & 0xff) << 8 | ((queue) & 0xff))
#define AP_QID_CARD(qid)	((qid) >> 8 & 0xff)
#define AP_QID_QUEUE(qid)	((qid) & 0xff)
#define AP_ISC			5
/* <uapi/asm/zcrypt.h>: one for each queue there can be */
#define MAX_ZDEV_ENTRIES_EXT	(256 * 256)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
struct ap_queue_status {
	unsigned int : 16;
	unsigned int response_code : 8;
	unsigned int irq_enabled : 1;
	unsigned int async : 1;
	unsigned int : 3;
	unsigned int queue_full : 1;
	unsigned int replies_waiting : 1;
	unsigned int queue_empty : 1;
};

union ap_qirq_ctrl {
	unsigned long value;
	struct {
		unsigned int isc : 3;
		unsigned int : 1;
		unsigned int gisa : 27;
		unsigned int : 1;
		unsigned int gf : 2;
		unsigned int : 6;
		unsigned int gisc : 3;
		unsigned int : 4;
		unsigned int ir : 1;
		unsigned int zone : 8;
		unsigned int : 8;
	};
};

struct ap_tapq_hwinfo {
	union {
		unsigned long value;
		struct {
			unsigned int apinfo, fac;
		};
		struct {
			unsigned int qd : 4, : 4, ml : 4, : 4, nd : 8, at : 8;
			unsigned int : 14, bs : 2, class : 8;
			unsigned int slcf : 1, apxa : 1, ep11 : 1, accel : 1;
			unsigned int cca : 1, crt4k : 1, mex4k : 1, apsc : 1;
		};
	};
};
#else
struct ap_queue_status {
	unsigned int queue_empty : 1;
	unsigned int replies_waiting : 1;
	unsigned int queue_full : 1;
	unsigned int : 3;
	unsigned int async : 1;
	unsigned int irq_enabled : 1;
	unsigned int response_code : 8;
	unsigned int : 16;
};

union ap_qirq_ctrl {
	unsigned long value;
	struct {
		unsigned int : 8;
		unsigned int zone : 8;
		unsigned int ir : 1;
		unsigned int : 4;
		unsigned int gisc : 3;
		unsigned int : 6;
		unsigned int gf : 2;
		unsigned int : 1;
		unsigned int gisa : 27;
		unsigned int : 1;
		unsigned int isc : 3;
	};
};

struct ap_tapq_hwinfo {
	union {
		unsigned long value;
		struct {
			unsigned int fac, apinfo;
		};
		struct {
			unsigned int apsc : 1, mex4k : 1, crt4k : 1, cca : 1;
			unsigned int accel : 1, ep11 : 1, apxa : 1, slcf : 1;
			unsigned int class : 8, bs : 2, : 14;
			unsigned int at : 8, nd : 8, : 4, ml : 4, : 4, qd : 4;
		};
	};
};
#endif

struct ap_config_info {
	union {
		unsigned int flags;
		struct {
			unsigned int apsc : 1, apxa : 1, qact : 1, rc8a : 1, : 4, apsb : 1, : 23;
		};
	};
	unsigned char na, nd;
	unsigned char reserved0[10];
	unsigned int apm[8], aqm[8], adm[8];
	unsigned char reserved1[16];
} __aligned(8);

static inline bool ap_instructions_available(void) { return true; }
static inline bool test_facility(unsigned int nr) { return true; }
bool ap_is_se_guest(void);
int ap_qci(struct ap_config_info *info);
struct ap_queue_status ap_tapq(ap_qid_t qid, struct ap_tapq_hwinfo *info);
struct ap_queue_status ap_zapq(ap_qid_t qid, int fbit);
#define ap_rapq		ap_zapq
struct ap_queue_status ap_aqic(ap_qid_t qid, union ap_qirq_ctrl ctrl, phys_addr_t nib);

struct ap_queue_status ap_test_queue(ap_qid_t qid, int tbit, struct ap_tapq_hwinfo *info);

/*
 * The driver copies a status word to the beginning of a register of 64 bits, its upper half, and
 * shifts it down: big endian. Such a copy is known by its operands, and is that store here.
 */
static inline void *store_upper_half(void *gpr, const void *word, size_t size)
{
	*(u64 *)gpr = (u64)*(const u32 *)word << 32 | (u32)*(u64 *)gpr;
	return gpr;
}

#define memcpy(to, from, size) _Generic((from), \
	struct ap_queue_status *: _Generic((to), u64 *: store_upper_half, default: (memcpy)), \
	default: (memcpy))(to, from, size)

/* The debug feature keeps nothing. */
typedef struct debug_info debug_info_t;
struct debug_view;
extern struct debug_view debug_sprintf_view;
#define debug_register(...)		((debug_info_t *)&debug_sprintf_view)
#define debug_unregister(id)		do { (void)(id); } while (0)
#define debug_register_view(id, view)	do { (void)(id); } while (0)
#define debug_set_level(id, level)	do { (void)(id); } while (0)
#define debug_sprintf_event(id, level, ...) do { (void)(id); no_printk(__VA_ARGS__); } while (0)

/* KVM. */
struct kvm_vcpu;
typedef int (*crypto_hook)(struct kvm_vcpu *vcpu);
struct gmap;

struct kvm_s390_gisa {
	u8 bytes[32];
};

/* @name: the mdev that the guest opened first; @words: what traces call its lock */
struct kvm {
	struct mutex lock;
	struct {
		struct {
			u32 crycbd;
			struct rw_semaphore pqap_hook_rwsem;
			crypto_hook *pqap_hook;
		} crypto;
		struct {
			struct kvm_s390_gisa *origin;
		} gisa_int;
		struct gmap *gmap;
	} arch;
	const char *name;
	unsigned int files;
};

#define ECA_AIV		0x00200000

struct kvm_s390_sie_block {
	u32 eca;
	u16 iprcc;
	struct {
		u64 mask, addr;
	} gpsw;
};

struct kvm_run {
	struct {
		struct {
			u64 gprs[16];
		} regs;
	} s;
};

struct kvm_vcpu {
	struct kvm *kvm;
	struct kvm_run *run;
	struct {
		struct kvm_s390_sie_block *sie_block;
	} arch;
};

static inline void kvm_get_kvm(struct kvm *kvm) {}
static inline void kvm_put_kvm(struct kvm *kvm) {}
void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm, unsigned long *aqm,
			       unsigned long *adm);
void kvm_arch_crypto_clear_masks(struct kvm *kvm);
int kvm_s390_gisc_register(struct kvm *kvm, u32 gisc);
int kvm_s390_gisc_unregister(struct kvm *kvm, u32 gisc);

/* Guest memory: frames to 0x7fff are there, those to 0xffff have a slot and nothing behind it. */
#define GUEST_RAM_FRAMES	0x8000
#define GUEST_SLOT_FRAMES	0x10000
static inline unsigned long gfn_to_hva(struct kvm *kvm, gfn_t gfn)
{
	return gfn < GUEST_SLOT_FRAMES ? gfn << PAGE_SHIFT : -1UL;
}

static inline bool kvm_is_error_hva(unsigned long hva) { return hva == -1UL; }

static inline bool kvm_s390_is_gpa_in_memslot(struct kvm *kvm, gpa_t gpa)
{
	return !kvm_is_error_hva(gfn_to_hva(kvm, gpa >> PAGE_SHIFT));
}

static inline bool kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu) { return false; }
static inline int uv_pin_shared(unsigned long addr) { return 0; }
static inline int gmap_convert_to_secure(struct gmap *gmap, unsigned long addr) { return 0; }
#define page_to_phys(page)	((phys_addr_t)(unsigned long)(page))
#define virt_to_phys(address)	((unsigned long)(address))

#endif
