/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices, VFIO, eventfds.
 */
#ifndef ORACLE_VFIO_H
#define ORACLE_VFIO_H

#include "device.h"
#include "streams.h"

struct kvm;
struct page;
struct iommufd_ctx;
struct vfio_device;

struct vfio_device_ops {
	const char *name;
	int (*init)(struct vfio_device *vdev);
	void (*release)(struct vfio_device *vdev);
	int (*bind_iommufd)(struct vfio_device *vdev, struct iommufd_ctx *ictx, u32 *id);
	void (*unbind_iommufd)(struct vfio_device *vdev);
	int (*attach_ioas)(struct vfio_device *vdev, u32 *pt_id);
	void (*detach_ioas)(struct vfio_device *vdev);
	int (*open_device)(struct vfio_device *vdev);
	void (*close_device)(struct vfio_device *vdev);
	ssize_t (*ioctl)(struct vfio_device *vdev, unsigned int cmd, unsigned long arg);
	void (*request)(struct vfio_device *vdev, unsigned int count);
	void (*dma_unmap)(struct vfio_device *vdev, u64 iova, u64 length);
};

/* @open_count: how often it is open; 0 or 1 */
struct vfio_device {
	struct device *dev;
	const struct vfio_device_ops *ops;
	struct kvm *kvm;
	unsigned int open_count;
	u32 migration_flags;
	const struct vfio_migration_ops *mig_ops;
};

void *oracle_alloc_device(size_t size, size_t offset, struct device *dev,
			  const struct vfio_device_ops *ops);
#define vfio_alloc_device(type, member, dev, ops) \
	((struct type *)oracle_alloc_device(sizeof(struct type), offsetof(struct type, member), \
					    dev, ops))
int vfio_register_emulated_iommu_dev(struct vfio_device *vdev);
void vfio_unregister_group_dev(struct vfio_device *vdev);
void vfio_put_device(struct vfio_device *vdev);
int vfio_pin_pages(struct vfio_device *vdev, dma_addr_t iova, int npage, int prot,
		   struct page **pages);
void vfio_unpin_pages(struct vfio_device *vdev, dma_addr_t iova, int npage);
#define IOMMU_READ	1
#define IOMMU_WRITE	2

#define vfio_iommufd_emulated_bind		NULL
#define vfio_iommufd_emulated_unbind		NULL
#define vfio_iommufd_emulated_attach_ioas	NULL
#define vfio_iommufd_emulated_detach_ioas	NULL

/* What userspace asks a device for. */
struct vfio_device_info {
	u32 argsz, flags, num_regions, num_irqs, cap_offset, pad;
};

struct vfio_irq_info {
	u32 argsz, flags, index, count;
};

struct vfio_irq_set {
	u32 argsz, flags, index, start, count;
	u8 data[];
};

/* The numbers of the calls are our own: nobody else makes them. */
enum { VFIO_DEVICE_GET_INFO = 1, VFIO_DEVICE_RESET, VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS };

#define VFIO_DEVICE_API_AP_STRING	"vfio-ap"
#define VFIO_DEVICE_FLAGS_RESET		(1 << 0)
#define VFIO_DEVICE_FLAGS_AP		(1 << 5)
#define VFIO_IRQ_INFO_EVENTFD		(1 << 0)
#define VFIO_IRQ_SET_DATA_NONE		(1 << 0)
#define VFIO_IRQ_SET_DATA_BOOL		(1 << 1)
#define VFIO_IRQ_SET_DATA_EVENTFD	(1 << 2)
#define VFIO_IRQ_SET_DATA_TYPE_MASK	7
#define VFIO_IRQ_SET_ACTION_MASK	(1 << 3)
#define VFIO_IRQ_SET_ACTION_UNMASK	(1 << 4)
#define VFIO_IRQ_SET_ACTION_TRIGGER	(1 << 5)
#define VFIO_IRQ_SET_ACTION_TYPE_MASK	(7 << 3)
/* Drivers before 2025 have the first only; the build says how many there are. */
enum { VFIO_AP_REQ_IRQ_INDEX, VFIO_AP_CFG_CHG_IRQ_INDEX, VFIO_AP_NUM_IRQS = ORACLE_AP_IRQS };

int vfio_set_irqs_validate_and_prepare(struct vfio_irq_set *set, int num_irqs, int max_irq_type,
				       size_t *data_size);

struct eventfd_ctx;
struct eventfd_ctx *eventfd_ctx_fdget(int fd);
static inline void eventfd_ctx_put(struct eventfd_ctx *ctx) {}
void eventfd_signal(struct eventfd_ctx *ctx);

struct mdev_device {
	struct device dev;
	guid_t uuid;
};

struct mdev_type {
	const char *sysfs_name;
	const char *pretty_name;
};

struct mdev_driver {
	const char *device_api;
	unsigned int max_instances;
	int (*probe)(struct mdev_device *mdev);
	void (*remove)(struct mdev_device *mdev);
	unsigned int (*get_available)(struct mdev_type *type);
	struct device_driver driver;
};

struct mdev_parent {
	struct device *dev;
};

#define to_mdev_device(d)	container_of(d, struct mdev_device, dev)
#define mdev_dev(mdev)		(&(mdev)->dev)
int mdev_register_driver(struct mdev_driver *driver);
void mdev_unregister_driver(struct mdev_driver *driver);
int mdev_register_parent(struct mdev_parent *parent, struct device *dev,
			 struct mdev_driver *driver, struct mdev_type **types, unsigned int n);
void mdev_unregister_parent(struct mdev_parent *parent);

#endif
