// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel's handle_pqap() makes of an intercepted PQAP. handle_pqap.c has that function alone,
 * cut out of its priv.c: what else stands there is s390's assembler. Each line of the standard input
 * is a guest with its registers, in hexadecimal, see compare.ts; the answer is what was returned,
 * what became of the guest, and the hook's part in it.
 */
#define ap_instructions_available	a_machine_with_ap
#include "kernel.h"
#undef ap_instructions_available

#define ECA_APIE		0x00000008
#define PSW_MASK_PSTATE		0x0001000000000000UL
#define PSW_MASK_CC		0x0000300000000000UL
#define PSW_CC_SHIFT		44
#define PGM_PRIVILEGED_OP	0x02
#define PGM_SPECIFICATION	0x06

static struct {
	u64 has_ap, facility_15, facility_65;
	u64 has_hook, hook_rc, hook_gr1;
} given;

static struct {
	unsigned int calls;
	bool was_locked;
} seen;

static struct kvm_s390_sie_block sie_block;
static struct kvm_run run;
static struct kvm kvm;
static struct kvm_vcpu vcpu = { .kvm = &kvm, .run = &run, .arch = { .sie_block = &sie_block } };

static bool ap_instructions_available(void)
{
	return given.has_ap;
}

static bool test_kvm_facility(struct kvm *kvm, unsigned long nr)
{
	return nr == 15 ? given.facility_15 : nr == 65 && given.facility_65;
}

static int kvm_s390_inject_program_int(struct kvm_vcpu *vcpu, u16 code)
{
	vcpu->arch.sie_block->iprcc = code;
	return 0;
}

static void kvm_s390_set_psw_cc(struct kvm_vcpu *vcpu, unsigned long cc)
{
	u64 *mask = &vcpu->arch.sie_block->gpsw.mask;

	*mask = (*mask & ~PSW_MASK_CC) | cc << PSW_CC_SHIFT;
}

void down_read(struct rw_semaphore *lock) { lock->held = true; }
void up_read(struct rw_semaphore *lock) { lock->held = false; }

static int a_hook(struct kvm_vcpu *vcpu)
{
	seen.calls++;
	seen.was_locked = vcpu->kvm->arch.crypto.pqap_hook_rwsem.held;
	vcpu->run->s.regs.gprs[1] = given.hook_gr1;
	return (int)given.hook_rc;
}

#include "handle_pqap.c"

static void run_line(const char *line)
{
	static crypto_hook hook = a_hook;
	u64 *gprs = run.s.regs.gprs, eca, crycbd;

	memset(&seen, 0, sizeof(seen));
	memset(&sie_block, 0, sizeof(sie_block));
	sscanf(line, "%lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx", &given.has_ap, &eca,
	       &given.facility_15, &given.facility_65, &crycbd, &sie_block.gpsw.mask, &given.has_hook,
	       &given.hook_rc, &given.hook_gr1, &gprs[0], &gprs[1], &gprs[2]);
	sie_block.eca = eca;
	kvm.arch.crypto.crycbd = crycbd;
	kvm.arch.crypto.pqap_hook = given.has_hook ? &hook : NULL;

	int rc = handle_pqap(&vcpu);

	printf("rc %d, program %d, psw %lx, gr0 %lx, gr1 %lx, gr2 %lx, hook %u%s%s\n", rc, sie_block.iprcc,
	       sie_block.gpsw.mask, gprs[0], gprs[1], gprs[2], seen.calls, seen.was_locked ? " locked" : "",
	       kvm.arch.crypto.pqap_hook_rwsem.held ? ", still locked" : "");
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0)
		run_line(line);
	return 0;
}
