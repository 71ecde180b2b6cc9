/**
 * What installed headers may lack, because it is younger than they are. Anything else a header
 * does not have is a mistake here, such as a misspelt name.
 */
export const NEWER_THAN_HEADER: ReadonlySet<string> = new Set([
  // vfio.h
  'VFIO_DEVICE_BIND_IOMMUFD',
  'VFIO_DEVICE_ATTACH_IOMMUFD_PT',
  'VFIO_DEVICE_DETACH_IOMMUFD_PT',
  'VFIO_MIG_GET_PRECOPY_INFO',
  'VFIO_DEVICE_FLAGS_CDX',
  'VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP',
  'VFIO_PCI_ATOMIC_COMP32',
  'VFIO_PCI_ATOMIC_COMP64',
  'VFIO_PCI_ATOMIC_COMP128',
  'VFIO_AP_REQ_IRQ_INDEX',
  'VFIO_AP_CFG_CHG_IRQ_INDEX',
  'VFIO_AP_NUM_IRQS',
  'VFIO_PCI_DEVID_OWNED',
  'VFIO_PCI_DEVID_NOT_OWNED',
  'VFIO_PCI_HOT_RESET_FLAG_DEV_ID',
  'VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED',
  'VFIO_DEVICE_FEATURE_MIG_DATA_SIZE',
  'VFIO_DEVICE_FEATURE_BUS_MASTER',
  'VFIO_DEVICE_FEATURE_DMA_BUF',
  'VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2',
  'VFIO_DEVICE_FEATURE_CLEAR_MASTER',
  'VFIO_DEVICE_FEATURE_SET_MASTER',
  'VFIO_MIGRATION_PRE_COPY',
  'VFIO_DEVICE_STATE_PRE_COPY',
  'VFIO_DEVICE_STATE_PRE_COPY_P2P',
  'VFIO_PRECOPY_INFO_REINIT',
  'VFIO_DEVICE_BIND_FLAG_TOKEN',
  'VFIO_DEVICE_ATTACH_PASID',
  'VFIO_DEVICE_DETACH_PASID',
  'struct vfio_device_info.pad',
  'struct vfio_device_info_cap_pci_atomic_comp',
  'struct vfio_pci_dependent_device.devid',
  'struct vfio_device_ioeventfd.reserved',
  'struct vfio_device_gfx_plane_info.reserved',
  'struct vfio_device_feature_bus_master',
  'struct vfio_region_dma_range',
  'struct vfio_device_feature_dma_buf',
  'struct vfio_device_feature_mig_data_size',
  'struct vfio_precopy_info',
  'struct vfio_device_bind_iommufd',
  'struct vfio_device_bind_iommufd.token_uuid_ptr',
  'struct vfio_device_attach_iommufd_pt',
  'struct vfio_device_attach_iommufd_pt.pasid',
  'struct vfio_device_detach_iommufd_pt',
  'struct vfio_device_detach_iommufd_pt.pasid',
  'struct vfio_iommu_type1_info.pad',
  // pci_regs.h
  'PCI_HEADER_TYPE_MFD',
  'PCI_EXT_CAP_ID_NPEM',
  'PCI_DOE_DATA_OBJECT_DISC_REQ_3_VER',
  'PCI_EXT_CAP_ID_PL_32GT',
  'PCI_EXT_CAP_ID_DEV3',
  'PCI_EXT_CAP_ID_IDE',
  'PCI_EXT_CAP_ID_PL_64GT',
  'PCI_PASID_CAP_WIDTH',
  // ib_user_verbs.h, ib_user_ioctl_verbs.h
  'IB_UVERBS_WC_FLUSH',
  'IB_UVERBS_WC_ATOMIC_WRITE',
  'IB_UVERBS_WR_FLUSH',
  'IB_UVERBS_WR_ATOMIC_WRITE',
  'IB_UVERBS_ACCESS_FLUSH_GLOBAL',
  'IB_UVERBS_ACCESS_FLUSH_PERSISTENT',
  'RDMA_DRIVER_MANA',
]);

/** What stands with an interface but in none of its installed headers. */
export const KERNEL_ONLY: ReadonlySet<string> = new Set([
  // drivers/misc/cxl/cxl.h
  'CXL_API_VERSION',
  'CXL_API_VERSION_COMPATIBLE',
]);

/**
 * Values in which an installed header is known to be wrong: the line a comparison reports for
 * each. The kernel corrected this one, which a change from decimal to hex had spoilt, in commit
 * 39195990e4c0 ("PCI: Correct PCI_CAP_EXP_ENDPOINT_SIZEOF_V2 value").
 */
export const KNOWN_HEADER_FAULTS: ReadonlySet<string> = new Set([
  'PCI_CAP_EXP_ENDPOINT_SIZEOF_V2: 52 here, 50 in C',
]);
